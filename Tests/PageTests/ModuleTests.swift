//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import ServiceTesting
import TestSupport
import Testing

extension BrowserPageTests {
    /// Modules that need no document, as a browser runs them.
    @Suite("The page's modules")
    struct ModuleTests {
        /// Runs a script that gets a module, and gives its answer as JSON text.
        private static func run(_ module: String, _ script: String) async throws -> String? {
            try await PageScene.withGatewayAlone { scene in
                try await WebPage.show(scene.url("/wall")) { page in
                    let address = "document.querySelector('script[type=module]').src.replace(/[^/]*$/, '\(module)')"
                    return try await page.value(
                        "import(\(address)).then(module => JSON.stringify((\(script))(module)))"
                    ).string
                }
            }
        }

        @Test("Events are the same however their text is cut into pieces")
        func eventParser() async throws {
            let answer = try await Self.run(
                "sse.js",
                """
                ({ EventParser }) => {
                  const text = '\\ufeff: comment\\nretry: 250\\nid: 1-0\\ndata: one\\n\\ndata:two\\r\\ndata: lines\\r\\n\\r\\nid: 2-0\\r\\rid: a\\0b\\n'
                    + 'event: x\\ndata\\n\\nunknown: y\\ndata: ä €\\n\\nid: 9-0\\ndata: cut';
                  const all = new Set();
                  for (let size = 1; size <= text.length; size++) {
                    const parser = new EventParser('0-0');
                    const events = [];
                    for (let at = 0; at < text.length; at += size) events.push(...parser.feed(text.slice(at, at + size)));
                    all.add(JSON.stringify([events, parser.lastEventID, parser.retry]));
                  }
                  return [...all].map(JSON.parse);
                }
                """
            )
            let events = """
                {"id":"1-0","data":"one"},{"id":"","data":"two\\nlines"},{"id":"","data":""},{"id":"","data":"ä €"}
                """
            #expect(answer == "[[[\(events)],\"2-0\",250]]")
        }

        @Test("Lengths and positions read well, and what cannot be seen is written out")
        func format() async throws {
            let answer = try await Self.run(
                "format.js",
                """
                ({ span, took, visible, count }) => [span(87.43), span(59.96), span(600), span(3661, false), took(3.25), took(92),
                  visible('a\\u0000\\u001b\\u007f\\u0085\\u202e\\u2028\\ud800\\u200d\\n\\tb'), count(1, 'step'), count(1234, 'step')]
                """
            )
            #expect(
                answer == """
                    ["1:27.4","1:00.0","10:00","1:01:01","3.3 s","1:32",\
                    "a␀␛␡‹U+0085›‹U+202E›‹U+2028›‹U+D800›\u{200D}\\n\\tb","1 step","1,234 steps"]
                    """
            )
        }

        @Test("A record is read by what it begins with, and another publisher's stays as it is")
        func records() async throws {
            let answer = try await Self.run(
                "record.js",
                """
                ({ entries, valuesOf }) => ['📍 Step 12: Shop (http://a.test/)', '⚠️ Eval: no', '🖱️ Clicked "x"', '🎯 Task: t', '🎯 Next goal: g', '🦄 other', 'plain', '']
                  .map(message => ({ type: 'log', data: { message, more: 1, timestamp: '2026-01-01T00:00:00.000Z' } }))
                  .flatMap(event => entries(valuesOf(event, '1-0', JSON.stringify(event))))
                  .map(({ mark, body, step, level, fields }) => [mark, body, step, level, fields.more].join('|'))
                  .concat([valuesOf({ type: 'heartbeat' }, '', ''), valuesOf({ type: 'news' }, '', '')])
                """
            )
            #expect(
                answer == """
                    ["step|Step 12: Shop (http://a.test/)|12|INFO|1","warn|Eval: no|0|INFO|1","click|Clicked \\"x\\"|0|INFO|1",\
                    "task|Task: t|0|INFO|1","goal|Next goal: g|0|INFO|1","plain|🦄 other|0|INFO|1","plain|plain|0|INFO|1",\
                    "plain||0|INFO|1",null,null]
                    """
            )
        }

        @Test("Pictures are the same however their stream is cut into pieces, and one without a length ends it")
        func frameParser() async throws {
            let answer = try await Self.run(
                "frames.js",
                """
                ({ FrameParser, frame }) => {
                  const part = (run, body) => `\\r\\nContent-Length: ${body.length}\\r\\nContent-Location: /api/v1/snapshot/request/${run}\\r\\n`
                    + `Stepcast-Picture: shown\\r\\nX-Timestamp: 1.5\\r\\nETag: "x"\\r\\n\\r\\n${body}\\r\\n--b`;
                  const text = '--b' + part('a', 'one\\r\\n\\r\\ntwo') + part('b%3A1', '') + '--\\r\\n';
                  const bytes = new TextEncoder().encode(text);
                  const all = new Set();
                  for (let size = 1; size <= bytes.length; size++) {
                    const parser = new FrameParser();
                    const parts = [];
                    for (let at = 0; at < bytes.length; at += size) parts.push(...parser.feed(bytes.slice(at, at + size)));
                    all.add(JSON.stringify(parts.map(frame).map(({ run, state, time, tag, jpeg }) =>
                      [run, state, time, tag, new TextDecoder().decode(jpeg)])));
                  }
                  let refused = '';
                  try { new FrameParser().feed(new TextEncoder().encode('--b\\r\\nX: y\\r\\n\\r\\n')); } catch (error) { refused = error.message; }
                  return [...[...all].map(JSON.parse), refused];
                }
                """
            )
            #expect(
                answer == #"""
                    [[["a","shown",1500,"\"x\"","one\r\n\r\ntwo"],["b:1","shown",1500,"\"x\"",""]],"a part that does not say how long it is"]
                    """#
            )
        }

        @Test("A tab keeps the pictures of the last two minutes, and the last one of a page that stands still")
        func film() async throws {
            let answer = try await Self.run(
                "film.js",
                """
                ({ Film }) => {
                  const film = new Film();
                  const add = (time, tag, size = 10) => film.add({ time, tag, state: 'shown', jpeg: new ArrayBuffer(size) });
                  add(1000, 'a'); add(2000, 'a'); add(3000, 'b');
                  const early = [film.at(999), film.at(2500)?.tag, film.at(3000)?.tag];
                  add(122_500, 'c');
                  const late = [film.at(2999)?.tag ?? null, film.at(5000)?.tag];
                  add(900_000, 'd', 30 << 20);
                  return [...early, ...late, film.at(800_000), film.latest.tag];
                }
                """
            )
            #expect(answer == #"[null,"a","b",null,"b",null,"d"]"#)
        }

        @Test("A replay shortens quiet times to a second, unless it is told not to")
        func quietTimes() async throws {
            let answer = try await Self.run(
                "moment.js",
                """
                ({ Moment }) => {
                  const records = [0, 1, 61, 62].map(at => ({ at }));
                  const log = { records, steps: [], start: 1, head: 62, end: {},
                    indexAt: at => records.findLastIndex(record => record.at <= at + 0.001) };
                  const frames = [];
                  const old = globalThis.requestAnimationFrame;
                  globalThis.requestAnimationFrame = frame => frames.push(frame);
                  const length = shortens => {
                    const moment = new Moment(log, () => 0, 1);
                    moment.shortens = shortens;
                    frames.length = 0;
                    moment.play();
                    let time = performance.now();
                    let count = 0;
                    while (moment.isPlaying && count < 10_000) { time += 20; count += 1; frames.at(-1)(time); }
                    return Math.round(count / 50);
                  };
                  const lengths = [length(true), length(false)];
                  globalThis.requestAnimationFrame = old;
                  return lengths;
                }
                """
            )
            #expect(answer == "[3,62]")
        }

        @Test("A log that becomes too long lets its oldest records go, and says so")
        func longLog() async throws {
            let answer = try await Self.run(
                "run-log.js",
                """
                ({ RunLog }) => {
                  const log = new RunLog();
                  const entry = number => ({ kind: 'log', id: `${number}-0`, time: 1000 * number, text: 'x', body: 'x', mark: 'plain',
                    level: number % 10000 ? 'INFO' : 'ERROR', step: 1 + Math.floor(number / 50000), fields: { seq: number } });
                  const first = log.append(Array.from({ length: 200000 }, (_, index) => entry(index + 1)));
                  const second = log.append([entry(200001), entry(200002)]);
                  const troubles = [log.troubles.length, log.records.filter(one => one.level === 'ERROR').length];
                  return [first.dropped, second.dropped, log.dropped, log.records.length, log.records[0].body, log.records[1].id,
                    log.records[log.records.length - 1].id, log.steps.length, ...troubles, log.lastMarked('plain', Infinity).id];
                }
                """
            )
            #expect(
                answer == """
                    [0,50000,50000,150002,"50,000 older records are not kept by this page.","50002-0","200002-0",5,15,15,"200002-0"]
                    """
            )
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// Protocol, section 2, "Publishers that are not ours", each with redis-py.
@Suite("A publisher with redis-py")
struct ForeignPublisherTests {
    private static let payload = """
        def payload(text): return json.dumps({"agent_name": "My Agent", "msg": text, "request_id": "r1",
            "timestamp": 1695307200.123, "source": "logger"})

        """

    private func logs(of viewer: TestViewer) -> [LogRecord] {
        viewer.events.compactMap { if case .log(let log, _) = $0 { log } else { nil } }
    }

    /// Publishes one more record, so that earlier duplicates would have been seen.
    private func marks(_ python: Python, _ viewer: TestViewer, after messages: [String]) async throws {
        try await python.run(#"r.xadd(key, {"msg": "mark"})"#)
        try await viewer.waits(for: "the mark") { $0.messages.last == "mark" }
        #expect(viewer.messages == messages + ["mark"])
    }

    /// Code that publishes and stores a text, then prints the entry's id, and whether more time passed in between than
    /// the gateway waits, which depends on the machine.
    private static func timed(_ order: String) -> String {
        """
            began = time.monotonic()
            \(order)
            took = time.monotonic() - began
            print(r.xrevrange(key, count=1)[0][0].decode(), "late" if took > 0.1 else "in time")
        """
    }

    /// Checks that each record has its entry's id. A message whose entry did not arrive in time has none.
    ///
    /// - Parameter output: The output of `timed`.
    /// - Returns: The number of late ones.
    private func expectIDs(_ output: String, of viewer: TestViewer) -> Int {
        let entries = output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        let ids = viewer.recordIDs
        #expect(ids.count == entries.count)
        for (id, entry) in zip(ids, entries) where entry.last != "late" {
            #expect(id == entry.first, "\(ids) for \(output)")
        }
        return entries.count { $0.last == "late" }
    }

    @Test("That only publishes the five-field JSON is seen live, with all five fields")
    func jsonAlone() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(Self.payload + #"assert r.publish(key, payload("both")) == 1"#)
                try await viewer.waits(for: "the record") { !$0.messages.isEmpty }
                let log = try #require(logs(of: viewer).first)
                #expect(log.message == "both")
                #expect(log.agentName == "my-agent")
                #expect(log.source == "logger")
                #expect(log.requestID.rawValue == "r1")
                #expect(log.timestamp.iso8601 == "2023-09-21T14:40:00.123Z")
                #expect(log.level == .info)
                #expect(viewer.rawEvents.allSatisfy { $0.id == nil })
                try await marks(python, viewer, after: ["both"])
            }
        }
    }

    @Test("That only publishes plain text is seen live, in order")
    func textAlone() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(#"for line in ["📍 one", "two", "two", "three"]: r.publish(key, line)"#)
                try await viewer.waits(for: "the lines") { $0.messages.count >= 4 }
                #expect(logs(of: viewer).allSatisfy { $0.source == "text" && $0.agentName == "browser-agent" })
                try await marks(python, viewer, after: ["📍 one", "two", "two", "three"])
            }
        }
    }

    @Test(
        "That stores and publishes is seen once, with the entry's id and the payload's fields",
        arguments: [
            #"r.xadd(key, {"msg": text}); r.publish(key, payload(text))"#,
            #"r.publish(key, payload(text)); r.xadd(key, {"msg": text})"#,
            #"pipe = r.pipeline(); pipe.xadd(key, {"msg": text}); pipe.publish(key, payload(text)); pipe.execute()"#,
        ]
    )
    func storedAndPublished(order: String) async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                let texts = ["one", "two", "three", "four", "five", "six", "seven", "eight"]
                let output = try await python.run(
                    Self.payload + "for text in \(texts):\n" + Self.timed(order) + "\n    time.sleep(0.25)\n"
                )
                try await viewer.waits(for: "the records") { $0.messages.last == "eight" }
                let late = expectIDs(output, of: viewer)
                let rich = logs(of: viewer).filter { log in
                    log.agentName == "my-agent" && log.timestamp.iso8601 == "2023-09-21T14:40:00.123Z"
                }
                // The gateway may also be delayed for longer than it waits.
                #expect(rich.count + late >= 4, "\(logs(of: viewer))")
                try await marks(python, viewer, after: texts)
            }
        }
    }

    @Test(
        "That stores and publishes the bare text is seen once, with the entry's id",
        arguments: [
            #"r.xadd(key, {"msg": text}); r.publish(key, text)"#, #"r.publish(key, text); r.xadd(key, {"msg": text})"#,
        ]
    )
    func storedAndPublishedText(order: String) async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                // Identical texts must not be merged.
                let texts = ["one", "again", "again", "again", "two"]
                let output = try await python.run("for text in \(texts):\n" + Self.timed(order))
                try await viewer.waits(for: "the lines") { $0.messages.last == "two" }
                _ = expectIDs(output, of: viewer)
                try await marks(python, viewer, after: texts)
            }
        }
    }

    @Test("That only stores is still seen soon")
    func storedAlone() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                let clock = ContinuousClock()
                for text in ["one", "two"] {
                    try await python.run(#"r.xadd(key, {"msg": "\#(text)", "level": "ERROR"})"#)
                    let stored = clock.now
                    try await viewer.waits(for: text) { $0.messages.last == text }
                    // Two seconds are promised; the rest is for a busy machine.
                    #expect(clock.now - stored < .seconds(25))
                }
                #expect(logs(of: viewer).map(\.level) == [.error, .error])
                #expect(viewer.messages == ["one", "two"])
            }
        }
    }

    @Test("That writes numbers as json.dumps does, and an id of its own, is seen once, with its level")
    func pythonNumbers() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(
                    #"""
                    def publish(record):
                        r.xadd(key, {"msg": record["msg"], "level": record["level"]})
                        r.publish(key, json.dumps(record))
                    publish({"msg": "score", "level": "ERROR", "score": float("nan"), "data": {"inf": float("inf")}})
                    publish({"msg": "big", "level": "WARNING", "data": {"u64": 18446744073709551615}, "seq": 2**63})
                    publish({"msg": "slow", "level": "INFO", "duration_ms": 12.7})
                    r.publish(key, json.dumps({"msg": "own id", "id": "42", "level": 40}))
                    """#
                )
                try await viewer.waits(for: "the records") { $0.messages.contains("own id") }
                let logs = self.logs(of: viewer)
                #expect(logs.map(\.level) == [.error, .warning, .info, .error])
                #expect(logs.first?.data?.text == #"{"inf":null}"#)
                #expect(viewer.rawEvents.contains { $0.data.contains(#""data":{"u64":18446744073709551615}"#) })
                #expect(logs.dropFirst(2).first?.durationMilliseconds == 13)
                try await marks(python, viewer, after: ["score", "big", "slow", "own id"])
            }
        }
    }

    @Test("That writes formatted lines is seen with the levels in front of them")
    func formattedLines() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(
                    #"""
                    class Publisher(logging.Handler):
                        def emit(self, record):
                            r.xadd(key, {"msg": self.format(record)})
                            r.publish(key, self.format(record))
                    log = logging.getLogger("browser_use.agent")
                    log.setLevel(logging.DEBUG)
                    log.addHandler(Publisher())
                    log.handlers[0].setFormatter(logging.Formatter("%(levelname)-8s [%(name)s] %(message)s"))
                    for level in [10, 20, 30, 40, 50]: log.log(level, "📍 %d ERROR", level)
                    """#
                )
                try await viewer.waits(for: "the lines") { $0.messages.count >= 5 }
                #expect(logs(of: viewer).map(\.level) == [.debug, .info, .warning, .error, .critical])
                #expect(viewer.messages.first == "DEBUG    [browser_use.agent] 📍 10 ERROR")
                try await marks(python, viewer, after: viewer.messages)
            }
        }
    }

    @Test("That publishes malformed messages never ends a stream")
    func malformedPayloads() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(
                    #"""
                    payloads = ['{"msg": "broken', '[1, 2]', '42', 'null', '"text"', '{}', b'\xff\xfe\x00', 'a\r\n\nb', 'x' * 2**20,
                        '{"msg": 7, "agent_name": [], "timestamp": "soon", "source": null, "level": 3, "seq": -1}',
                        '{"msg": "huge", "timestamp": 1e999, "seq": 1e30, "step": 99999999999999999999}',
                        '{"msg": "\\ud800", "id": "no id"}', '[' * 100000, '', '{"msg": "good"}']
                    for payload in payloads: r.publish(key, payload)
                    """#
                )
                try await viewer.waits(for: "the good one") { $0.messages.last == "good" }
                #expect(!viewer.isOver)
                let messages = viewer.messages
                for text in [
                    #"{"msg": "broken"#, "[1, 2]", "42", "\u{FFFD}\u{FFFD}\0", "a\r\n\nb", "7",
                    String(repeating: "x", count: 1 << 20),
                ] {
                    #expect(messages.count { $0 == text } == 1, "\(text.prefix(40))")
                }
                #expect(messages.count { $0.contains("huge") } == 1)
                let seven = try #require(logs(of: viewer).first { $0.message == "7" })
                #expect(seven.agentName == "browser-agent")
                #expect(seven.level == .info)
                #expect(seven.seq == nil)
            }
        }
    }

    @Test("That stores malformed entries never ends a stream")
    func malformedEntries() async throws {
        try await withPublisher { python, gateway in
            try await gateway.withSubscribedViewer(of: python.redis) { viewer in
                try await python.run(
                    #"""
                    for fields in [{"msg": b"\xff"}, {"no": "msg"}, {"msg": "x" * 2**20}, {"msg": "odd", "level": "loud",
                        "timestamp": "soon", "seq": "many", "kind": "other", "data": "{", "step": "-1"}, {"msg": "good"}]:
                        r.xadd(key, fields)
                    """#
                )
                try await viewer.waits(for: "the good one") { $0.messages.last == "good" }
                #expect(!viewer.isOver)
                #expect(viewer.messages.first == "\u{FFFD}")
                #expect(viewer.messages.count { $0 == String(repeating: "x", count: 1 << 20) } == 1)
                #expect(viewer.messages.suffix(2) == ["odd", "good"])
                let ids = try await python.run("for entry in r.xrange(key): print(entry[0].decode())")
                #expect(viewer.recordIDs == ids.split(separator: "\n").map(String.init))
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents
import TestSupport
import Testing

@Suite("Event streams, at random")
struct EventStreamPropertyTests {
    /// A stream with all features of the format.
    static let sample: [UInt8] =
        Array("\u{FEFF}: welcome\r\n\r\nretry: 3000\rdata: 📍 one\nid: 1-0\n\ndata\r\ndata: two\r\n\r\n".utf8)
        + Array("event: e\r\rid: 2\u{0}\ndata:  three\r\rid\ndata: größer\r\n\n\n\rfoo: bar\ndata:".utf8) + [
            0xFF, 0xE2, 0x82,
        ]
        + Array("\n\nid: 3-0\n\ndata: last\n\ndata: cut off".utf8)

    private func parse(_ pieces: [ArraySlice<UInt8>]) -> (events: [ServerSentEvent], parser: EventParser) {
        var parser = EventParser()
        return (pieces.flatMap { parser.feed($0) }, parser)
    }

    @Test("The sample has the intended events")
    func sample() {
        let (events, parser) = parse([Self.sample[...]])
        #expect(
            events == [
                .init(data: "📍 one", id: "1-0"), .init(data: "\ntwo", id: "1-0"), .init(data: " three", id: "1-0"),
                .init(data: "größer"), .init(data: "\u{FFFD}\u{FFFD}"), .init(data: "last", id: "3-0"),
            ]
        )
        #expect(parser.retry == 3000)
        #expect(parser.lastEventID == "3-0")
    }

    @Test("Split anywhere, a stream gives the same events")
    func everySplit() {
        let whole = parse([Self.sample[...]])
        for place in Self.sample.indices {
            let split = parse([Self.sample[..<place], Self.sample[place...]])
            #expect(split.events == whole.events, "split at \(place)")
            #expect(split.parser.lastEventID == whole.parser.lastEventID && split.parser.retry == whole.parser.retry)
        }
    }

    @Test("Byte by byte, a stream gives the same events, whatever the bytes")
    func byteByByte() {
        let whole = parse([Self.sample[...]])
        #expect(parse(Self.sample.indices.map { Self.sample[$0...$0] }).events == whole.events)
        var parser = EventParser()
        #expect(parser.feed(AnySequence(Self.sample)) == whole.events)
    }

    @Test("Random bytes of the format's alphabet give the same events whole and in random pieces")
    func randomStreams() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let alphabet: [[UInt8]] =
            ["\n", "\r", "\r\n", ":", " ", "data", "id", "event", "retry", "x", "1", "\u{0}", "\u{FEFF}", "📍"]
            .map { Array($0.utf8) } + [[0xEF], [0xBB], [0xFF]]
        for _ in 0..<500 {
            let stream = (0..<Int.random(in: 0...60, using: &random))
                .flatMap { _ in alphabet[Int.random(in: alphabet.indices, using: &random)] }
            var pieces: [ArraySlice<UInt8>] = []
            var start = 0
            while start < stream.count {
                let end = Int.random(in: start...min(stream.count, start + 5), using: &random)
                pieces.append(stream[start..<end])
                start = end
            }
            let (whole, split) = (parse([stream[...]]), parse(pieces))
            #expect(whole.events == split.events, "seed \(seed): \(stream)")
            #expect(whole.parser.lastEventID == split.parser.lastEventID, "seed \(seed): \(stream)")
            #expect(whole.parser.retry == split.parser.retry, "seed \(seed): \(stream)")
        }
    }

    @Test("What the encoder writes, the parser reads")
    func roundTrip() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SeededRandom(seed: seed)
        let parts = ["\n", "\r", "\r\n", " ", ":", "data:", "id: 1", "\u{0}", "📍", "x", "\u{FEFF}", "\t", "\u{2028}"]
        func text() -> String {
            (0..<Int.random(in: 0...8, using: &random)).map { _ in parts[Int.random(in: parts.indices, using: &random)]
            }
            .joined()
        }
        func value() -> String? { Bool.random(using: &random) ? text() : nil }
        for _ in 0..<500 {
            var (bytes, expected): ([UInt8], [ServerSentEvent]) = ([], [])
            var lastID: String?
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let (data, event, id) = (text(), value(), value())
                if Int.random(in: 0..<4, using: &random) == 0 { EventEncoder.append(comment: text(), to: &bytes) }
                EventEncoder.append(data: data.utf8, event: event, id: id, to: &bytes)
                if let id, !id.utf8.contains(0) {
                    let sent = Self.withoutLineBreaks(id)
                    lastID = sent.isEmpty ? nil : sent
                }
                let sentEvent = event.map(Self.withoutLineBreaks).flatMap { $0.isEmpty ? nil : $0 }
                expected.append(.init(data: Self.normalised(data), event: sentEvent, id: lastID))
            }
            #expect(parse([bytes[...]]).events == expected, "seed \(seed)")
        }
    }

    private static func withoutLineBreaks(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 != 0x0A && $0 != 0x0D }, as: UTF8.self)
    }

    /// With LF for every line break, as a parser returns it.
    private static func normalised(_ text: String) -> String {
        var bytes: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if !(byte == 0x0A && previous == 0x0D) { bytes.append(byte == 0x0D ? 0x0A : byte) }
            previous = byte
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

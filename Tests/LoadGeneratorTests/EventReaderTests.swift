//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback
import Testing

@testable import LoadGenerator

@Suite("Reading events")
struct EventReaderTests {
    static let textLength = 100

    /// An event as a server sends it.
    static func event(_ seq: Int, run: Int = 0, end: String = "\n") -> [UInt8] {
        var text: [UInt8] = []
        RecordText.append(.init(run: run, seq: seq, due: 1000), length: textLength, to: &text)
        return Array("id: 1-\(seq)\(end)data: {\"type\":\"log\",\"message\":\"".utf8) + text
            + Array("\"}\(end)\(end)".utf8)
    }

    private func names(_ pieces: [ArraySlice<UInt8>], needsID: Bool = true) -> [String] {
        var reader = EventReader(textLength: Self.textLength)
        reader.needsID = needsID
        var names: [String] = []
        for piece in pieces {
            piece.withUnsafeBufferPointer { bytes in
                reader.read(bytes) { event in
                    switch event {
                    case .record(let content): names.append("\(content.seq)")
                    case .heartbeat: names.append("heartbeat")
                    case .other: names.append("other")
                    case .malformed: names.append("malformed")
                    }
                }
            }
        }
        return names
    }

    @Test("Events are the same wherever the stream is cut", arguments: ["\n", "\r\n"])
    func cutAnywhere(end: String) {
        let stream =
            Array("retry: 1000\(end): hello\(end)\(end)data: {\"type\":\"connected\"}\(end)\(end)".utf8)
            + Self.event(1, end: end) + Array("event: ping\(end)\(end)".utf8) + Self.event(2, end: end)
            + Array("data: {\"type\":\"heartbeat\",\"timestamp\":\"\"}\(end)\(end)".utf8)
        let expected = ["other", "1", "heartbeat", "2", "heartbeat"]
        #expect(names([stream[...]]) == expected)
        for cut in 1..<stream.count {
            #expect(names([stream[..<cut], stream[cut...]]) == expected, "cut at \(cut)")
        }
        #expect(names(stream.indices.map { stream[$0...$0] }) == expected)
    }

    @Test("A record without an id is malformed, unless it was never stored")
    func noID() {
        let event = Self.event(1).drop { $0 != UInt8(ascii: "\n") }.dropFirst()
        #expect(names([event]) == ["malformed"])
        #expect(names([event], needsID: false) == ["1"])
    }

    @Test("A record of two lines of data is malformed")
    func twoLines() {
        let event = Array("data: x\n".utf8) + Self.event(1)
        #expect(names([event[...]]) == ["malformed"])
    }

    @Test("The last id is kept if it is wanted")
    func lastID() {
        var reader = EventReader(textLength: Self.textLength)
        reader.keepsLastID = true
        (Self.event(1) + Self.event(7)).withUnsafeBufferPointer { reader.read($0) { _ in } }
        #expect(String(decoding: reader.lastID, as: UTF8.self) == "1-7")
    }
}

@Suite("The chunked transfer coding")
struct ChunkDecoderTests {
    private func decode(_ pieces: [ArraySlice<UInt8>]) -> (text: String, decoder: ChunkDecoder) {
        var decoder = ChunkDecoder()
        var content: [UInt8] = []
        for piece in pieces {
            piece.withUnsafeBufferPointer { bytes in
                var input = bytes
                while let chunk = decoder.next(&input) { content.append(contentsOf: chunk) }
            }
        }
        return (String(decoding: content, as: UTF8.self), decoder)
    }

    @Test("The content is the same wherever the body is cut")
    func cutAnywhere() {
        let body = Array("5\r\nhello\r\n1;name=value\r\n \r\n10\r\nwonderful world!\r\n0\r\nTrailer: x\r\n\r\n".utf8)
        for cut in 0...body.count {
            let (text, decoder) = decode([body[..<cut], body[cut...]])
            #expect(text == "hello wonderful world!", "cut at \(cut)")
            #expect(decoder.isDone && !decoder.isMalformed)
        }
    }

    @Test("What is no chunk is malformed", arguments: ["hello", "\r\n", "3\r\nabcd\r\n", "FFFFFFFFFFFFFFFFF\r\n"])
    func malformed(body: String) {
        #expect(decode([Array(body.utf8)[...]]).decoder.isMalformed)
    }
}

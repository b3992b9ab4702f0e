//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback
import Testing

@testable import stepcast_stress

@Suite("Reading events and replies for the stress test")
struct EventStreamTests {
    @Test("Events are the same wherever the stream is cut", arguments: [1, 2, 3, 7, 1000])
    func cuts(length: Int) {
        let text =
            "retry: 1000\n\n: comment\ndata: {\"a\":1}\n\nid: 5-1\r\ndata: two\r\n\r\nid: 6-0\n\nid: 7-0\ndata: 3\n"
        let bytes = Array(text.utf8)
        var stream = EventStream()
        var events: [String] = []
        for start in stride(from: 0, to: bytes.count, by: length) {
            Array(bytes[start..<min(bytes.count, start + length)]).withUnsafeBufferPointer { piece in
                events += stream.read(piece).map { "\($0.id?.description ?? "-") \($0.data)" }
            }
        }
        // The last one is not complete.
        #expect(events == ["- {\"a\":1}", "5-1 two", "6-0 "])
    }

    @Test("A reply of Redis is read when it is complete, and not before")
    func replies() throws {
        let text = "*2\r\n$3\r\n5-0\r\n*3\r\n:7\r\n$-1\r\n-ERR no\r\n"
        let bytes = Array(text.utf8)
        for count in 0..<bytes.count { #expect(try RedisReply.read(bytes[..<count])?.rest == nil) }
        let (reply, rest) = try #require(try RedisReply.read(bytes[...] + [43]))
        #expect(Array(rest) == [43])
        guard case .array(let items) = reply, items.count == 2, case .string("5-0") = items[0],
            case .array(let inner) = items[1], case .number(7) = inner[0], case .null = inner[1],
            case .error("ERR no") = inner[2]
        else {
            Issue.record("\(reply)")
            return
        }
    }

    @Test("The same seed breaks the same things, another one others")
    func seeds() {
        func schedule(_ seed: UInt64) -> [String] {
            var generator = SeededGenerator(seed: seed, stream: 1)
            return (0..<50).map { _ in "\(Fault(using: &generator, gateways: 2, writers: 4))" }
        }
        #expect(schedule(1) == schedule(1))
        #expect(schedule(1) != schedule(2))
    }
}

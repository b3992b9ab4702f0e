//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents
import Testing

@Suite("Events that are too large")
struct OversizedEventTests {
    @Test(
        "An event larger than the limit is dropped and counted, and the next event is read",
        arguments: [
            "data: " + String(repeating: "x", count: 200),
            String(repeating: "data: 0123456789\n", count: 20) + "data: end",
            "id: " + String(repeating: "7", count: 200) + "\ndata: a",
            "id: 9\nevent: e\ndata: " + String(repeating: "x", count: 200),
            "data: a\n: " + String(repeating: "c", count: 200),
            "data: a\n" + String(repeating: "n", count: 200) + "\ndata: b\nid: 9\nevent: e",
        ]
    )
    func recovery(event: String) {
        let stream = Array("id: 1\ndata: before\n\n\(event)\n\ndata: after\n\n".utf8)
        for size in [1, 7, 64, stream.count] {
            var parser = EventParser(maximumEventSize: 100)
            var events: [ServerSentEvent] = []
            for start in stride(from: 0, to: stream.count, by: size) {
                events += parser.feed(stream[start..<min(start + size, stream.count)])
            }
            // Nothing of the dropped event remains, neither its type nor its id.
            #expect(events == [.init(data: "before", id: "1"), .init(data: "after", id: "1")], "pieces of \(size)")
            #expect(parser.oversizedEvents == 1, "pieces of \(size)")
            #expect(parser.lastEventID == "1")
        }
    }

    @Test("An event of the limit's size is accepted, one byte more is not")
    func limit() {
        for (count, dropped) in [(94, 0), (95, 1)] {
            var parser = EventParser(maximumEventSize: 100)
            let events = parser.feed(("data: " + String(repeating: "x", count: count) + "\n\n").utf8)
            #expect(parser.oversizedEvents == dropped)
            #expect(events.count == 1 - dropped)
        }
    }

    @Test("Many small events together may be larger than the limit, and so may comments between them")
    func manySmall() {
        var parser = EventParser(maximumEventSize: 20)
        var events: [ServerSentEvent] = []
        for number in 0..<100 { events += parser.feed(": comment\ndata: \(number)\n\n".utf8) }
        #expect(events.map(\.data) == (0..<100).map(String.init))
        #expect(parser.oversizedEvents == 0)
    }

    @Test("Two large events in a row are two")
    func twoLarge() {
        var parser = EventParser(maximumEventSize: 10)
        let large = "data: 0123456789\r\n\r\n"
        #expect(parser.feed((large + large + "data: a\r\n\r\n").utf8) == [ServerSentEvent(data: "a")])
        #expect(parser.oversizedEvents == 2)
    }

    @Test("A line without an end does not fill the memory, and what follows its end is read")
    func endlessLine() {
        var parser = EventParser(maximumEventSize: 1024)
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 16)
        for _ in 0..<64 { #expect(parser.feed(piece).isEmpty) }
        #expect(parser.feed("\n\ndata: a\n\n".utf8) == [ServerSentEvent(data: "a")])
        #expect(parser.oversizedEvents == 1)
    }

    @Test("An invalid limit becomes the smallest valid one")
    func leastLimit() {
        #expect(EventParser(maximumEventSize: 0).maximumEventSize == 1)
        #expect(EventParser(maximumEventSize: -5).maximumEventSize == 1)
    }
}

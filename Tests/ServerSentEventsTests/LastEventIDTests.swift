//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents
import Testing

@Suite("The last event id and the reconnection time")
struct LastEventIDTests {
    private func parser(after stream: String) -> EventParser {
        var parser = EventParser()
        _ = parser.feed(stream.utf8)
        return parser
    }

    @Test("An id applies to the following events until another one")
    func persistence() {
        var parser = EventParser()
        let events = parser.feed("data: 0\n\nid: 1\ndata: 1\n\ndata: 2\n\ndata: 3\nid: 2\n\n".utf8)
        #expect(events.map(\.id) == [nil, "1", "1", "2"])
        #expect(parser.lastEventID == "2")
    }

    @Test("An id without data dispatches nothing and still counts")
    func idWithoutData() {
        var parser = EventParser()
        #expect(parser.feed("id: 5\n\n".utf8).isEmpty)
        #expect(parser.lastEventID == "5")
        #expect(parser.feed("data: x\n\n".utf8) == [ServerSentEvent(data: "x", id: "5")])
    }

    @Test("An empty id resets it", arguments: ["id", "id:", "id: "])
    func emptyID(line: String) {
        #expect(parser(after: "id: 1\ndata: a\n\n\(line)\n\n").lastEventID == "")
    }

    @Test("An id with NUL is ignored", arguments: ["\u{0}", "2\u{0}", "\u{0}2", "1\u{0}2"])
    func nul(id: String) {
        #expect(parser(after: "id: 1\n\nid: \(id)\ndata: a\n\n").lastEventID == "1")
    }

    @Test("The last of several ids of one event counts")
    func severalIDs() {
        #expect(parser(after: "id: 1\nid: 2\ndata: a\nid: 3\n\n").lastEventID == "3")
    }

    @Test("The id of an incomplete event does not count: the event was not received")
    func cutOff() {
        #expect(parser(after: "id: 1\ndata: a\n\nid: 2\ndata: b\n").lastEventID == "1")
    }

    @Test("A parser that resumes knows the id that it resumed from")
    func resumed() {
        var parser = EventParser(lastEventID: "7-0")
        #expect(parser.lastEventID == "7-0")
        #expect(parser.feed("data: a\n\n".utf8) == [ServerSentEvent(data: "a", id: "7-0")])
        #expect(parser.feed("id: 8-0\ndata: b\n\n".utf8) == [ServerSentEvent(data: "b", id: "8-0")])
    }

    @Test(
        "retry is accepted if it consists of digits",
        arguments: [("retry: 3000", 3000), ("retry:0", 0), ("retry: 007", 7)]
    )
    func retry(line: String, milliseconds: Int) {
        // It does not need a blank line.
        #expect(parser(after: line + "\n").retry == milliseconds)
    }

    @Test(
        "Any other retry is ignored",
        arguments: [
            "retry", "retry:", "retry: ", "retry: 1 ", "retry:  1", "retry: -1", "retry: +1", "retry: 1.5",
            "retry: 1e3",
            "retry: ١", "retry: 99999999999999999999", "Retry: 1",
        ]
    )
    func badRetry(line: String) {
        #expect(parser(after: line + "\n\n").retry == nil)
        #expect(parser(after: "retry: 5\n\(line)\n\n").retry == 5)
    }
}

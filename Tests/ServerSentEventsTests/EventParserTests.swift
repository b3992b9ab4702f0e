//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents
import Testing

/// The rules of WHATWG HTML, sections 9.2.5 and 9.2.6.
@Suite("Parsing an event stream")
struct EventParserTests {
    private func events(_ bytes: [UInt8]) -> [ServerSentEvent] {
        var parser = EventParser()
        return parser.feed(bytes)
    }

    private func events(_ text: String) -> [ServerSentEvent] { self.events(Array(text.utf8)) }

    private func data(_ text: String) -> [String] { events(text).map(\.data) }

    // MARK: the standard's own examples

    @Test("Data of several lines is one event")
    func stockTicker() {
        #expect(events("data: YHOO\ndata: +2\ndata: 10\n\n") == [ServerSentEvent(data: "YHOO\n+2\n10")])
    }

    @Test("A comment, an event with an id, an event that resets it, and an incomplete event")
    func idExample() {
        let stream =
            ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event"
        #expect(events(stream) == [.init(data: "first event", id: "1"), .init(data: "second event")])
        #expect(events(stream + "\n\n").last == ServerSentEvent(data: " third event"))
    }

    @Test("Empty data is an event, but not at the end without a blank line")
    func emptyExample() {
        #expect(self.data("data\n\ndata\ndata\n\ndata:") == ["", "\n"])
    }

    @Test("One space after the colon is skipped")
    func spaceExample() {
        #expect(data("data:test\n\ndata: test\n\n") == ["test", "test"])
    }

    // MARK: line ends

    @Test("CR, LF and CRLF end a line, also mixed", arguments: ["\n", "\r", "\r\n"])
    func lineEnds(end: String) {
        let lines = ["event: a", "data: 1", "data: 2", "id: 7", "", ": c", "", "data: 3", "", ""]
        let expected = [
            ServerSentEvent(data: "1\n2", event: "a", id: "7"), ServerSentEvent(data: "3", id: "7"),
        ]
        #expect(events(lines.joined(separator: end)) == expected)
        // A CR followed by a LF would be one line break, not two.
        for other in ["\n", "\r", "\r\n"] where Set([end, other]) != ["\n", "\r"] {
            let mixed = lines.enumerated().map { $1 + ($0.isMultiple(of: 2) ? end : other) }.joined()
            #expect(events(mixed) == expected)
        }
    }

    @Test("An event is returned at the CR, without waiting for a LF that may follow")
    func carriageReturnAtOnce() {
        var parser = EventParser()
        #expect(parser.feed("data: 1\r\r".utf8) == [ServerSentEvent(data: "1")])
        #expect(parser.feed("\ndata: 2\r\n\r".utf8) == [ServerSentEvent(data: "2")])
        #expect(parser.feed("\ndata: 3\n\n".utf8) == [ServerSentEvent(data: "3")])
    }

    @Test(
        "Other line separators are part of the data",
        arguments: ["\u{B}", "\u{C}", "\u{85}", "\u{2028}", "\u{2029}"]
    )
    func otherSeparators(separator: String) {
        #expect(data("data: a\(separator)b\n\n") == ["a\(separator)b"])
    }

    // MARK: the byte order mark

    @Test("A byte order mark at the start is skipped, and only there")
    func byteOrderMark() {
        #expect(data("\u{FEFF}data: 1\n\n") == ["1"])
        // A second one is part of the field's name, which is then unknown.
        #expect(data("\u{FEFF}\u{FEFF}data: 1\n\ndata: 2\n\n") == ["2"])
        #expect(data("data: 1\n\n\u{FEFF}data: 2\n\n") == ["1"])
        #expect(data("data: \u{FEFF}1\n\n") == ["\u{FEFF}1"])
    }

    @Test("A byte order mark may arrive in pieces")
    func splitByteOrderMark() {
        var parser = EventParser()
        #expect(parser.feed([0xEF]).isEmpty)
        #expect(parser.feed([]).isEmpty)
        #expect(parser.feed([0xBB]).isEmpty)
        #expect(parser.feed([0xBF] + Array("data: 1\n\n".utf8)) == [ServerSentEvent(data: "1")])
    }

    @Test(
        "Bytes that only start like a byte order mark belong to the first line",
        arguments: [[UInt8(0xEF)], [0xEF, 0xBB]]
    )
    func partialByteOrderMark(start: [UInt8]) {
        #expect(events(start + Array("data: 1\n\ndata: 2\n\n".utf8)) == [ServerSentEvent(data: "2")])
        // The resulting line is not blank, so no event ends with it.
        var parser = EventParser()
        #expect(parser.feed(start).isEmpty)
        #expect(parser.feed("\ndata: 1\n\n".utf8) == [ServerSentEvent(data: "1")])
    }

    // MARK: fields

    @Test("Comments and unknown fields are ignored")
    func passedOver() {
        #expect(data(":\n: c\n:data: no\nfoo: bar\nfoo\nDATA: no\ndata : no\n data: no\ndata: yes\n\n") == ["yes"])
    }

    @Test("Blank lines alone are not events")
    func blankLines() {
        #expect(events("\n\n\r\r\r\n\r\n: c\n\n\n").isEmpty)
    }

    @Test(
        "A field's value starts after the colon and at most one space",
        arguments: [
            ("data", ""), ("data:", ""), ("data: ", ""), ("data:  ", " "), ("data:  x", " x"), ("data:\tx", "\tx"),
            ("data:x:y", "x:y"), ("data::", ":"), ("data: x ", "x "), ("data: data: x", "data: x"),
        ]
    )
    func values(line: String, value: String) {
        #expect(data(line + "\n\n") == [value])
    }

    @Test("The type is the last one given, and applies to one event")
    func eventType() {
        let stream = "event: a\nevent: b\ndata: 1\n\ndata: 2\n\nevent\ndata: 3\n\nevent: c\nevent:\ndata: 4\n\n"
        #expect(events(stream).map(\.event) == ["b", nil, nil, nil])
    }

    @Test("A type without data is dropped, and does not reach the next event")
    func eventWithoutData() {
        #expect(events("event: a\n\ndata: 1\n\n") == [ServerSentEvent(data: "1")])
    }

    @Test("NUL in data is data")
    func nulInData() {
        #expect(data("data: a\u{0}b\n\n") == ["a\u{0}b"])
    }

    @Test("Bytes that are not UTF-8 become the replacement character")
    func invalidUTF8() {
        let bytes = Array("id: ".utf8) + [0xFF] + Array("\ndata: a".utf8) + [0xE2, 0x82] + Array("\ndata: b\n\n".utf8)
        #expect(events(bytes) == [ServerSentEvent(data: "a\u{FFFD}\nb", id: "\u{FFFD}")])
    }
}

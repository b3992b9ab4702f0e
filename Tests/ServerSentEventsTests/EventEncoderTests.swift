//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServerSentEvents
import Testing

@Suite("Writing an event stream")
struct EventEncoderTests {
    private func encoded(_ data: String, event: String? = nil, id: String? = nil) -> String {
        var bytes: [UInt8] = []
        EventEncoder.append(data: data.utf8, event: event, id: id, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("An unnamed event is its data and a blank line, its id before it")
    func plain() {
        #expect(encoded(#"{"type":"heartbeat"}"#) == "data: {\"type\":\"heartbeat\"}\n\n")
        #expect(encoded("a", id: "1695307200123-0") == "id: 1695307200123-0\ndata: a\n\n")
        #expect(encoded("a", event: "e", id: "1") == "id: 1\nevent: e\ndata: a\n\n")
    }

    @Test(
        "Each line break of the data starts another line",
        arguments: [
            ("a\nb", "data: a\ndata: b\n\n"), ("a\rb", "data: a\ndata: b\n\n"), ("a\r\nb", "data: a\ndata: b\n\n"),
            ("a\n\rb", "data: a\ndata: \ndata: b\n\n"), ("\n", "data: \ndata: \n\n"), ("\r\n", "data: \ndata: \n\n"),
            ("a\r\n\nb", "data: a\ndata: \ndata: b\n\n"), ("", "data: \n\n"), (" a", "data:  a\n\n"),
            ("a\n", "data: a\ndata: \n\n"),
        ]
    )
    func lineBreaks(data: String, text: String) {
        #expect(encoded(data) == text)
    }

    @Test("Line breaks in a type or an id cannot forge a field")
    func forgery() {
        #expect(
            encoded("a", event: "e\ndata: x", id: "1\r\n\r\ndata: y")
                == "id: 1data: y\nevent: edata: x\ndata: a\n\n"
        )
    }

    @Test("An id with NUL, which parsers ignore, is not sent; an empty one is")
    func ids() {
        #expect(encoded("a", id: "1\u{0}") == "data: a\n\n")
        #expect(encoded("a", id: "") == "id: \ndata: a\n\n")
    }

    @Test("The reconnection time is written in milliseconds, never below zero")
    func retry() {
        var bytes: [UInt8] = []
        EventEncoder.append(retry: 2000, to: &bytes)
        EventEncoder.append(retry: -1, to: &bytes)
        EventEncoder.append(data: Array("a".utf8), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "retry: 2000\nretry: 0\ndata: a\n\n")
    }

    @Test("A comment is one line that no parser shows")
    func comment() {
        var bytes: [UInt8] = []
        EventEncoder.append(comment: "a\n\ndata: x\n\n", to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == ": adata: x\n\n")
        var parser = EventParser()
        #expect(parser.feed(bytes).isEmpty)
    }
}

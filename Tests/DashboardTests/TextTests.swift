//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Dashboard

@Suite("Text from elsewhere")
struct TextTests {
    @Test(
        "What could do more than print is written out, all else stays",
        arguments: [
            ("plain 📍 grüße 👩‍💻 ⚠️", "plain 📍 grüße 👩‍💻 ⚠️"),
            ("\u{1b}[2J\u{9b}1m\u{7f}\u{0}", #"\x1b[2J\x9b1m\x7f\x00"#),
            ("a\r\nb\rc\n\td", "a\nb\\x0dc\n\td"),
            ("\u{202e}\u{2066}\u{2028}", #"\u{202e}\u{2066}\u{2028}"#),
        ]
    )
    func neutralised(text: String, shown: String) {
        #expect(TerminalText.neutralised(text) == shown)
    }

    @Test("What has to stay on one line does")
    func singleLine() {
        #expect(TerminalText.singleLine("a\r\nb\n\nc\td\u{1b}") == #"a b c d\x1b"#)
    }

    @Test(
        "The id is put into the JSON as received, and each line is one JSON object whatever came",
        arguments: [
            (#"{"type":"log"}"#, "1-0", #"{"id":"1-0","type":"log"}"#),
            (#"{"type":"log"}"#, nil, #"{"type":"log"}"#),
            ("{}", "1-0", #"{"id":"1-0"}"#),
            ("{\n \"a\": 1\n}", "1-0", #"{"id":"1-0","a": 1 }"#),
            (#"{"a":1}"#, "\"}\n", #"{"id":"\"}\n","a":1}"#),
            ("{\"a\":\"\u{9b}\u{202e}\"}", nil, #"{"a":"\u009b\u202e"}"#),
            ("[1]", "1-0", #"{"id":"1-0","type":"unknown","text":"[1]"}"#),
            ("text {", nil, #"{"type":"unknown","text":"text {"}"#),
        ] as [(String, String?, String)]
    )
    func jsonLines(data: String, id: String?, line: String) {
        #expect(JSONLine.text(data: data, id: id) == line + "\n")
        #expect((try? JSONValue(parsing: line.utf8))?.object != nil)
    }

    @Test(
        "Durations are short to read",
        arguments: [
            (0, "0.0 s"), (449, "0.4 s"), (12_345, "12.3 s"), (59_940, "59.9 s"), (59_960, "1 min 00 s"),
            (125_000, "2 min 05 s"),
        ] as [(Int64, String)]
    )
    func durations(milliseconds: Int64, text: String) {
        #expect(EventRenderer.duration(milliseconds) == text)
    }

    @Test(
        "A service's URL is taken with a path, and refused with what does not belong to it",
        arguments: [
            ("http://127.0.0.1:3000", "http://127.0.0.1:3000"), ("HTTPS://example.com/a/", "HTTPS://example.com/a"),
            ("http://[::1]:3000//", "http://[::1]:3000"), ("127.0.0.1:3000", nil), ("ftp://x", nil), ("http://", nil),
            ("http:///x", nil), ("http://:80", nil), ("http://u:p@x", nil), ("http://x?y", nil), ("http://x#y", nil),
            ("http://a b", nil), ("http://x\r\n", nil),
        ] as [(String, String?)]
    )
    func serviceURLs(text: String, url: String?) {
        #expect(ServiceURL(text)?.description == url)
    }

    @Test("Values of a query are percent-encoded")
    func query() {
        #expect(ServiceURL("http://x")?.appending("/p", query: [("a", "ü&=+ ~")]) == "http://x/p?a=%C3%BC%26%3D%2B%20~")
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import JSON
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
    private func written(_ write: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        write(&writer)
        return String(decoding: writer.finish(), as: UTF8.self)
    }

    @Test("Nothing written is an empty object")
    func empty() {
        #expect(written { _ in } == "{}")
        #expect(JSONWriter(reservingCapacity: 0).finish() == Array("{}".utf8))
    }

    @Test("Fields keep the order of the calls")
    func order() {
        let text = written {
            $0.field("z", "last letter first")
            $0.field("a", 1)
            $0.field("m", raw: "1.50")
            $0.field("b", .bool(true))
        }
        #expect(text == #"{"z":"last letter first","a":1,"m":1.50,"b":true}"#)
    }

    @Test("Objects nest, and are followed by commas where needed")
    func nesting() {
        let text = written {
            $0.field("empty") { _ in }
            $0.field("outer") { outer in
                outer.field("first", 1)
                outer.field("inner") { $0.field("x", "y") }
                outer.field("last", 2)
            }
            $0.field("after", 3)
        }
        #expect(text == #"{"empty":{},"outer":{"first":1,"inner":{"x":"y"},"last":2},"after":3}"#)
    }

    @Test(
        "Strings are escaped as RFC 8259 requires, including Unicode line breaks, and no more",
        arguments: [
            (#"say "hi""#, #"say \"hi\""#), (#"C:\temp"#, #"C:\\temp"#), ("a\nb", #"a\nb"#), ("a\r\nb", #"a\r\nb"#),
            ("a\tb", #"a\tb"#), ("\u{0}", #"\u0000"#), ("\u{8}\u{C}", #"\u0008\u000c"#), ("\u{1B}[31m", #"\u001b[31m"#),
            ("\u{1F}", #"\u001f"#), ("a/b", "a/b"), ("<b>&", "<b>&"), ("\u{7F}", "\u{7F}"),
            ("📍 Schritt 1: größer", "📍 Schritt 1: größer"),
            ("\u{85}\u{2028}\u{2029}", #"\u0085\u2028\u2029"#), ("\u{C5}\u{2027}\u{202A}", "\u{C5}\u{2027}\u{202A}"),
            ("👩‍👩‍👧‍👦 e\u{301}", "👩‍👩‍👧‍👦 e\u{301}"),
        ]
    )
    func escapes(text: String, escaped: String) throws {
        let json = written { $0.field("s", text) }
        #expect(Array(json.utf8) == Array("{\"s\":\"\(escaped)\"}".utf8))
        // Another parser reads the same.
        #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == ["s": text])
    }

    @Test("Every control character is written so that any parser accepts it")
    func controlCharacters() throws {
        let text = String(String.UnicodeScalarView((UInt8(0)..<128).map { UnicodeScalar($0) }))
        let json = written { $0.field("s", text) }
        #expect(!json.utf8.contains { $0 < 0x20 })
        #expect(try JSONDecoder().decode([String: String].self, from: Data(json.utf8)) == ["s": text])
    }

    @Test("Names of arbitrary objects are escaped and sorted")
    func names() {
        let text = written { $0.field("o", .object(["b\n": .integer(1), "a\"": .null, "": .array([])])) }
        #expect(text == #"{"o":{"":[],"a\"":null,"b\n":1}}"#)
    }

    @Test("The extremes of whole numbers are exact")
    func integers() {
        let text = written {
            $0.field("min", Int64.min)
            $0.field("max", UInt64.max)
        }
        #expect(text == #"{"min":-9223372036854775808,"max":18446744073709551615}"#)
    }

    @Test(
        "Numbers are written so that they are read back the same, and values that JSON lacks are null",
        arguments: [
            0.1, 1.5, -0.001, 1e22, 1e-7, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1_695_307_200.123, .pi,
        ]
    )
    func numbers(number: Double) throws {
        let json = written { $0.field("n", .number(number)) }
        #expect(try JSONDecoder().decode([String: Double].self, from: Data(json.utf8)) == ["n": number])
        #expect(written { $0.field("n", .array([.number(.nan), .number(.infinity)])) } == #"{"n":[null,null]}"#)
    }
}

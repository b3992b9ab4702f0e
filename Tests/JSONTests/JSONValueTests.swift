//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import JSON
import Testing

@Suite("Any JSON value")
struct JSONValueTests {
    @Test("A byte order mark before a document is skipped, and nowhere else")
    func byteOrderMark() throws {
        #expect(try JSONValue(parsingDocument: Array("\u{FEFF} [1]".utf8)) == [1])
        for text in ["\u{FEFF}", "\u{FEFF}\u{FEFF}1", "[\u{FEFF}1]", "1\u{FEFF}"] {
            #expect(throws: InvalidJSON.self) { try JSONValue(parsingDocument: Array(text.utf8)) }
        }
    }

    @Test(
        "Compact text with sorted names is written as it was read",
        arguments: [
            "null", "true", "false", "0", "-1", "9223372036854775807", "-9223372036854775808", "0.5", "\"\"",
            #""a\"b\\c\nd📍""#, "[]", "{}", "[1,[2,[3,{}]],null]", #"{"a":{"b":[true,false,null]},"c":"d"}"#,
        ]
    )
    func roundTrip(text: String) throws {
        let value = try JSONValue(parsing: text.utf8)
        #expect(value.text == text)
        #expect(try JSONDecoder().decode(JSONValue.self, from: try JSONEncoder().encode(value)) == value)
    }

    @Test("true and 1 are different, and so are 0 and false")
    func booleans() throws {
        let value = try JSONValue(parsing: "[true,1,false,0]".utf8)
        #expect(value == .array([.bool(true), .integer(1), .bool(false), .integer(0)]))
    }

    @Test("Numbers beyond 64 bits keep the precision of a double")
    func bigNumbers() throws {
        #expect(try JSONValue(parsing: "9223372036854775808".utf8) == .number(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "1e300".utf8) == .number(1e300))
        #expect(try JSONValue(parsing: "1e300".utf8).integer == nil)
    }

    @Test("A number that no double can hold is rejected", arguments: ["1e400", "-1e400", "[1e99999999999]"])
    func unrepresentableNumbers(text: String) {
        #expect(throws: InvalidJSON.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test(
        "The numbers of other programs are accepted on request",
        arguments: [
            ("NaN", "null"), ("[Infinity,-Infinity]", "[null,null]"), ("1e400", "null"), ("-1e99999999999", "null"),
            ("18446744073709551615", "18446744073709551615"), ("-9223372036854775809", "-9223372036854775809"),
            ("9223372036854775807", "9223372036854775807"), (String(repeating: "1", count: 400), "null"),
            ("1.0e19", "1e+19"), (#"{"a":NaN,"b":"NaN"}"#, #"{"a":null,"b":"NaN"}"#),
        ]
    )
    func lenience(text: String, written: String) throws {
        #expect(try JSONValue(lenientlyParsing: text.utf8).text == written)
    }

    @Test("A whole number beyond 64 bits is a number, but not an integer")
    func largeIntegers() throws {
        let value = try JSONValue(lenientlyParsing: "18446744073709551615".utf8)
        #expect(value.number == 0x1p64)
        #expect(value.integer == nil)
        #expect(value.kind == "a number")
        #expect(try JSONEncoder().encode([value]) == JSONEncoder().encode([0x1p64]))
    }

    @Test(
        "Leniently read or not, the rest must be JSON",
        arguments: ["nan", "inf", "-", "-NaN", "+Infinity", "Infinit", "NaNa", "N", "[NaN", "01", "'a'", "[1,]"]
    )
    func strictness(text: String) {
        #expect(throws: InvalidJSON.self) { try JSONValue(lenientlyParsing: text.utf8) }
    }

    @Test("A number too small for a double is zero")
    func tinyNumbers() throws {
        #expect(try JSONValue(parsing: "1e-400".utf8) == .number(0))
    }

    @Test("Escapes are read, surrogate pairs too")
    func escapes() throws {
        #expect(try JSONValue(parsing: #""\ud83d\udccd \u0041\/\b\f""#.utf8) == .string("📍 A/\u{8}\u{C}"))
    }

    @Test(
        "Half a surrogate pair, as in a text cut inside an emoji, becomes the replacement character",
        arguments: [
            (#""\ud83d""#, "\u{FFFD}"), (#""a\ud83db""#, "a\u{FFFD}b"), (#""\udccd\ud83d""#, "\u{FFFD}\u{FFFD}"),
            (#""\ud83d\ud83d\udccd""#, "\u{FFFD}📍"), (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
        ]
    )
    func halfPairs(text: String, read: String) throws {
        #expect(try JSONValue(parsing: text.utf8) == .string(read))
    }

    @Test("An error says where the text is invalid")
    func position() {
        let error = #expect(throws: InvalidJSON.self) { try JSONValue(parsing: #"{"a":1,}"#.utf8) }
        #expect(error == InvalidJSON(offset: 7, expected: "a name in quotes"))
        #expect(error?.description == "not valid JSON at byte 7: expected a name in quotes")
    }

    @Test("Of duplicate names the last one counts")
    func duplicates() throws {
        #expect(try JSONValue(parsing: #"{"a":1,"a":2}"#.utf8) == .object(["a": .integer(2)]))
    }

    @Test(
        "Invalid JSON is rejected",
        arguments: [
            "", " ", "{", "}", "[1,", "[1 2]", #"{"a"}"#, #"{"a":}"#, "{a:1}", "'a'", "NaN", "[NaN]", "Infinity", "01",
            "1.",
            ".5", "+1", "1 2", "{} {}", "tru", "\"a", "\"a\nb\"", "\"\\x\"", "// no", "[1]]", "[1,]",
            #"{"a":1,}"#, "-", "--1", "-a", "1e", "1e+", "1.e1", "0x10", "nul", "truely", "\u{B}1", "1\u{C}",
            "\u{FEFF}1", "\"\\u12\"", "\"\\u12G4\"",
            "\"\\ud83d\\u12\"", "\"\\", "\"\u{0}\"", "[", "[[", "]", ",", ":", "\"a\":1", "1,2", "é",
        ]
    )
    func invalid(text: String) {
        #expect(throws: InvalidJSON.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test("Bytes that are not UTF-8 are rejected")
    func notUTF8() {
        let invalid: [[UInt8]] = [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ]
        for bytes in invalid {
            #expect(throws: InvalidJSON.self, "\(bytes)") { try JSONValue(parsing: bytes) }
        }
    }

    @Test("Nesting deeper than any stack is rejected, not followed", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func deepNesting(opening: String) {
        let closing = String(opening.reversed().compactMap { ["[": "]", "{": "}"][$0] })
        for end in ["", "1" + String(repeating: closing, count: 100_000)] {
            #expect(throws: InvalidJSON.self) {
                try JSONValue(parsing: (String(repeating: opening, count: 100_000) + end).utf8)
            }
        }
    }

    @Test("512 levels are read, written and compared; 513 are rejected")
    func depthLimit() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        let value = try JSONValue(parsing: nested(512).utf8)
        #expect(value.text == nested(512))
        #expect(try JSONValue(parsing: value.text.utf8) == value)
        #expect(throws: InvalidJSON.self) { try JSONValue(parsing: nested(513).utf8) }
    }

    @Test("Members, whole numbers and kinds can be read")
    func accessors() throws {
        let value = try JSONValue(parsing: #"{"s":"x","i":3,"d":3.0,"f":3.5,"n":null,"a":[],"b":true}"#.utf8)
        #expect(value["s"]?.string == "x")
        #expect(value["i"]?.integer == 3)
        #expect(value["d"]?.integer == 3)
        #expect(value["f"]?.integer == nil)
        #expect(["i", "d", "f", "s"].map { value[$0]?.number } == [3, 3, 3.5, nil])
        #expect(value["s"]?.integer == nil)
        #expect(value["i"]?.string == nil)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        let kinds = ["s", "i", "f", "n", "a", "b"].map { value[$0]?.kind }
        #expect(kinds == ["a string", "a number", "a number", "null", "an array", "true or false"])
        #expect(value.kind == "an object")
    }

    @Test("A mebibyte of small values is read")
    func manyValues() throws {
        let count = (1 << 20) / 4
        let text = "[" + String(repeating: "\"a\",", count: count - 1) + "\"a\"]"
        #expect(try JSONValue(parsing: text.utf8).array?.count == count)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import Testing

@Suite("Any JSON value")
struct JSONValueTests {
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

    @Test("true and 1 are told apart, and so are 0 and false")
    func booleans() throws {
        let value = try JSONValue(parsing: "[true,1,false,0]".utf8)
        #expect(value == .array([.bool(true), .integer(1), .bool(false), .integer(0)]))
    }

    @Test("Numbers beyond 64 bits are kept as far as a double goes")
    func bigNumbers() throws {
        #expect(try JSONValue(parsing: "9223372036854775808".utf8) == .number(9_223_372_036_854_775_808))
        #expect(try JSONValue(parsing: "1e300".utf8) == .number(1e300))
        #expect(try JSONValue(parsing: "1e300".utf8).integer == nil)
    }

    @Test(
        "A number that no double holds is an error or a number, never a crash",
        arguments: ["1e400", "-1e400", "1e99999999999"]
    )
    func unrepresentableNumbers(text: String) {
        let value = try? JSONValue(parsing: text.utf8)
        if case .number(let number) = value {
            #expect(!number.isNaN)
        } else {
            #expect(value == nil)
        }
    }

    @Test("Escapes are read, surrogate pairs too")
    func escapes() throws {
        #expect(try JSONValue(parsing: #""\ud83d\udccd \u0041\/\b\f""#.utf8) == .string("📍 A/\u{8}\u{C}"))
    }

    @Test("A name that comes twice is read once")
    func duplicates() throws {
        let members = try #require(try JSONValue(parsing: #"{"a":1,"a":2}"#.utf8).object)
        #expect(members.count == 1)
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "}", "[1,", "[1 2]", #"{"a"}"#, #"{"a":}"#, "{a:1}", "'a'", "NaN", "[NaN]", "Infinity", "01",
            "1.",
            ".5", "+1", "1 2", "{} {}", "tru", "\"a", "\"a\nb\"", "\"\\x\"", "\"\\ud800\"", "// no", "[1]]",
        ]
    )
    func invalid(text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUTF8() {
        let invalid: [[UInt8]] = [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0xAF, 0x22], [0x22, 0xE2, 0x82, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
        ]
        for bytes in invalid {
            #expect(throws: DecodingError.self, "\(bytes)") { try JSONValue(parsing: bytes) }
        }
    }

    @Test("Nesting deeper than any stack is refused, not followed", arguments: ["[", "{\"a\":", "[{\"a\":"])
    func deepNesting(opening: String) {
        #expect(throws: DecodingError.self) {
            try JSONValue(parsing: String(repeating: opening, count: 100_000).utf8)
        }
        #expect(throws: DecodingError.self) {
            try JSONValue(
                parsing: (String(repeating: opening, count: 100_000) + "1"
                    + String(
                        repeating: opening.reversed().map { $0 == "[" ? "]" : $0 == "{" ? "}" : "" }.joined(),
                        count: 100_000
                    ))
                    .utf8
            )
        }
    }

    @Test("Sensible nesting is read, written and read again")
    func sensibleNesting() throws {
        let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(try JSONValue(parsing: text.utf8).text == text)
    }

    @Test("Members, whole numbers and kinds can be asked for")
    func accessors() throws {
        let value = try JSONValue(parsing: #"{"s":"x","i":3,"d":3.0,"f":3.5,"n":null,"a":[],"b":true}"#.utf8)
        #expect(value["s"]?.string == "x")
        #expect(value["i"]?.integer == 3)
        #expect(value["d"]?.integer == 3)
        #expect(value["f"]?.integer == nil)
        #expect(value["s"]?.integer == nil)
        #expect(value["i"]?.string == nil)
        #expect(value["missing"] == nil)
        #expect(value["s"]?["x"] == nil)
        let kinds = ["s", "i", "f", "n", "a", "b"].map { value[$0]?.kind }
        #expect(kinds == ["a string", "a number", "a number", "null", "an array", "true or false"])
        #expect(value.kind == "an object")
    }

    @Test("A mebibyte of small values is read in a few seconds")
    func manyValues() throws {
        let count = (1 << 20) / 4
        let text = "[" + String(repeating: "\"a\",", count: count - 1) + "\"a\"]"
        let start = ContinuousClock.now
        let value = try JSONValue(parsing: text.utf8)
        let elapsed = ContinuousClock.now - start
        guard case .array(let elements) = value else {
            Issue.record("no array")
            return
        }
        #expect(elements.count == count)
        #expect(elapsed < .seconds(10), "\(elapsed)")
    }
}

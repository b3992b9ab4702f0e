//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Any JSON value (RFC 8259), for the places where its shape is not ours to say.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// A whole number that 64 bits do not hold, by its digits. Only ``init(lenientlyParsing:)`` gives it.
    case largeInteger(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The characters, when it is a string.
    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        case .largeInteger(let digits): Double(digits)
        default: nil
        }
    }

    /// The number, when it is a whole one.
    package var integer: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The truth value, when it is one.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, when it is an array.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, when it is an object.
    package var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The member of that name, when it is an object that has it.
    package subscript(name: String) -> JSONValue? { object?[name] }

    /// The value as compact JSON text in UTF-8, the names of its objects sorted. No byte of it is below 0x20.
    package var bytes: [UInt8] { JSONWriter { $0.value(self) }.bytes }

    /// The value as compact JSON text, the names of its objects sorted.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// What kind of value it is, in words for error messages: "a string", "an object".
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .integer, .number, .largeInteger: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// Parses JSON text, which may have been sent by anybody.
    ///
    /// It is read strictly as RFC 8259 has it, and must be UTF-8. Of members with the same name the last one counts. A
    /// whole number that 64 bits hold is exact.
    ///
    /// - Throws: ``InvalidJSON`` when it is not JSON, has a number that no double holds, or nests deeper than 512 levels.
    package init(parsing text: some Sequence<UInt8>) throws(InvalidJSON) {
        self = try JSONParser.value(of: text, isLenient: false)
    }

    /// Parses JSON text as other programs' encoders write it: as ``init(parsing:)`` does, but with all numbers that
    /// Python's `json.dumps` and others let through.
    ///
    /// `NaN`, `Infinity`, `-Infinity` and numbers that no double holds are `null`. A whole number beyond 64 bits keeps
    /// its digits.
    ///
    /// - Throws: ``InvalidJSON`` when it is not JSON, or nests deeper than 512 levels.
    package init(lenientlyParsing text: some Sequence<UInt8>) throws(InvalidJSON) {
        self = try JSONParser.value(of: text, isLenient: true)
    }

    /// Parses a file or a body, which may begin with a byte order mark, as some editors write it: it is passed over
    /// (RFC 8259, section 8.1).
    ///
    /// - Throws: ``InvalidJSON``, as ``init(parsing:)`` does.
    package init(parsingDocument bytes: some Collection<UInt8>) throws(InvalidJSON) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self = try JSONParser.value(of: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), isLenient: false)
    }

    /// Parses the JSON value with which a text begins, as ``init(parsing:)`` does, whatever follows the value.
    ///
    /// - Parameter length: Is set to how many bytes were read: those of the value, or those before the one at which the text
    ///   ceases to be JSON.
    /// - Throws: ``InvalidJSON``.
    package init(parsingPrefixOf text: ArraySlice<UInt8>, length: inout Int) throws(InvalidJSON) {
        self = try JSONParser.prefix(of: text, length: &length)
    }
}

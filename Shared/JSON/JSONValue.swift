//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Any JSON value (RFC 8259), for data whose structure we do not define.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// The digits of a whole number that does not fit into 64 bits. Only ``init(lenientlyParsing:)`` returns it.
    case largeInteger(String)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// The text, if it is a string.
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

    /// The number, if it is a whole number.
    package var integer: Int? {
        switch self {
        case .integer(let value): Int(exactly: value)
        case .number(let value): Int(exactly: value)
        default: nil
        }
    }

    /// The value, if it is `true` or `false`.
    package var bool: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if it is an array.
    package var array: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// The members, if it is an object.
    package var object: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The member with that name, if it is an object that has one.
    package subscript(name: String) -> JSONValue? { object?[name] }

    /// The value as compact JSON in UTF-8, with sorted names. No byte is below 0x20.
    package var bytes: [UInt8] { JSONWriter { $0.value(self) }.bytes }

    /// The value as compact JSON, with sorted names.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The kind of value, for error messages: "a string", "an object".
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

    /// Parses untrusted JSON text.
    ///
    /// Parsing is strict, as RFC 8259 defines it, and the text must be UTF-8. If a name occurs twice, the last member
    /// counts. A whole number that fits into 64 bits is exact.
    ///
    /// - Throws: ``InvalidJSON`` if it is not JSON, has a number that no double can hold, or is nested deeper than 512
    ///   levels.
    package init(parsing text: some Sequence<UInt8>) throws(InvalidJSON) {
        self = try JSONParser.value(of: text, isLenient: false)
    }

    /// Parses JSON text as other encoders write it: as ``init(parsing:)`` does, but with all the numbers that Python's
    /// `json.dumps` and others emit.
    ///
    /// `NaN`, `Infinity`, `-Infinity` and numbers that no double can hold become `null`. A whole number beyond 64 bits
    /// keeps its digits.
    ///
    /// - Throws: ``InvalidJSON`` if it is not JSON, or is nested deeper than 512 levels.
    package init(lenientlyParsing text: some Sequence<UInt8>) throws(InvalidJSON) {
        self = try JSONParser.value(of: text, isLenient: true)
    }

    /// Parses a file or a request body. A byte order mark at the start, as some editors write it, is skipped (RFC 8259,
    /// section 8.1).
    ///
    /// - Throws: ``InvalidJSON``, as ``init(parsing:)`` does.
    package init(parsingDocument bytes: some Collection<UInt8>) throws(InvalidJSON) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self = try JSONParser.value(of: bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0), isLenient: false)
    }

    /// Parses the JSON value at the start of a text, as ``init(parsing:)`` does. Anything may follow it.
    ///
    /// - Parameter length: Set to the number of bytes read: those of the value, or those before the first invalid byte.
    /// - Throws: ``InvalidJSON``.
    package init(parsingPrefixOf text: ArraySlice<UInt8>, length: inout Int) throws(InvalidJSON) {
        self = try JSONParser.prefix(of: text, length: &length)
    }
}

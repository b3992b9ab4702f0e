//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// The keywords that concern a single value.
extension SchemaValidation {
    static func problem(of value: JSONValue, byType type: JSONValue) -> String? {
        let names = (type.array ?? [type]).compactMap(\.string)
        let fits = names.contains { name in
            switch (name, value) {
            case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
                ("number", .integer), ("number", .number), ("number", .largeInteger), ("integer", .integer),
                ("integer", .largeInteger):
                true
            // 1.0 is a whole number too (2020-12 Validation, section 6.1.1), whatever its size.
            case ("integer", .number(let number)): number.rounded() == number
            default: false
            }
        }
        guard !fits else { return nil }
        let spoken = names.map { spokenTypes[$0] ?? $0 }.joined(separator: " or ")
        return "must be \(spoken), not \(value.number == nil ? value.kind : value.text)"
    }

    private static let spokenTypes = [
        "object": "an object", "array": "an array", "string": "a string", "number": "a number",
        "integer": "a whole number", "boolean": "true or false",
    ]

    static func problems(of value: JSONValue, byValuesOf keywords: [String: JSONValue]) -> [String] {
        var found: [String] = []
        if let constant = keywords["const"], value.canonical != constant.canonical {
            found.append("must be \(constant.text.prefix(200))")
        }
        if let values = keywords["enum"]?.array, !values.contains(where: { $0.canonical == value.canonical }) {
            let known = values.map(\.text).joined(separator: ", ")
            found.append("must be one of \(known.prefix(500)), not \(value.text.prefix(60))")
        }
        return found
    }

    static func numberProblems(_ number: Double, _ keywords: [String: JSONValue]) -> [String] {
        var found: [String] = []
        func limit(_ keyword: String, _ words: String, _ holds: (Double, Double) -> Bool) {
            guard let limit = keywords[keyword]?.number, !holds(number, limit) else { return }
            found.append("must be \(words) \(keywords[keyword]?.text ?? "")")
        }
        limit("minimum", "at least", >=)
        limit("maximum", "at most", <=)
        limit("exclusiveMinimum", "above", >)
        limit("exclusiveMaximum", "below", <)
        // 0.3 must count as a multiple of 0.1 in spite of floating point.
        limit("multipleOf", "a multiple of") { abs($0.remainder(dividingBy: $1)) <= 1e-9 * max(1, abs($0)) }
        return found
    }

    /// `minLength` and `maxLength`, and the same for items and properties.
    static func countProblems(
        _ count: Int,
        _ keywords: [String: JSONValue],
        _ suffix: String,
        _ noun: String
    ) -> [String] {
        if let least = keywords["min\(suffix)"]?.integer, count < least {
            return ["has \(count) \(noun); it must have at least \(least)"]
        }
        if let most = keywords["max\(suffix)"]?.integer, count > most {
            return ["has \(count) \(noun); it must have at most \(most)"]
        }
        return []
    }
}

extension JSONValue {
    /// The value with uniform whole numbers: 1.0 becomes 1.
    var canonical: JSONValue {
        switch self {
        case .number(let number): Int64(exactly: number).map(JSONValue.integer) ?? self
        case .array(let elements): .array(elements.map(\.canonical))
        case .object(let members): .object(members.mapValues(\.canonical))
        default: self
        }
    }
}

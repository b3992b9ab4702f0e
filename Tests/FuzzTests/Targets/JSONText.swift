//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

@testable import JSONSchema

extension FuzzTarget {
    static let json = FuzzTarget(name: "json") { input throws(BrokenPromise) in
        let strict = try? JSONValue(parsing: input)
        let lenient = try? JSONValue(lenientlyParsing: input)
        if let strict {
            try promise(lenient.map { isSame($0, strict) } ?? false, "\(strict) is another when it is parsed leniently")
            try promise((try? JSONValue(parsingDocument: input)) == strict, "\(strict) is another as a document")
        }
        for (value, isLenient) in [(strict, false), (lenient, true)] {
            guard let value else { continue }
            let text = value.bytes
            let again = try? isLenient ? JSONValue(lenientlyParsing: text) : JSONValue(parsing: text)
            try promise(again == value && again?.bytes == text, "written and read again, \(value) is another")
            try promise(!text.contains { $0 < 0x20 }, "a control character was written")
        }
        var length = 0
        if let first = try? JSONValue(parsingPrefixOf: input[...], length: &length) {
            try promise((try? JSONValue(parsing: input[..<length])) == first, "the value at the start is another alone")
        }
        try promise((0...input.count).contains(length), "\(length) of \(input.count) bytes were read")
    }

    /// A schema, and after a line feed a value for it.
    static let schemas = FuzzTarget(name: "schemas") { input throws(BrokenPromise) in
        let parts = input.split(separator: 0x0A, maxSplits: 1)
        guard let source = parts.first.flatMap({ try? JSONValue(parsing: $0) }), let schema = try? JSONSchema(source)
        else { return }
        let values = parts.dropFirst().compactMap { try? JSONValue(parsing: $0) } + [source, .null, 0, "", [], [:]]
        for value in values {
            let problems = schema.problems(of: value)
            try promise(problems == schema.problems(of: value), "the same value has other problems the second time")
            try promise(!problems.contains(""), "a problem says nothing")
        }
    }

    private static func isSame(_ lenient: JSONValue, _ strict: JSONValue) -> Bool {
        switch (lenient, strict) {
        case (.largeInteger(let digits), .number(let number)): Double(digits) == number
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { isSame($0, $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count
                && left.allSatisfy { name, value in right[name].map { isSame(value, $0) } ?? false }
        default: lenient == strict
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Hummingbird
import ServiceKit

/// Reads the parameters of a query, and remembers what is wrong with each of them.
struct QueryReader {
    private let request: Request
    private var errors: [Problem.FieldError] = []

    init(_ request: Request) {
        self.request = request
    }

    /// The parameter's text; `nil` if it is missing or empty.
    func text(_ name: String) -> String? {
        request.query[name[...]].map(String.init).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The parameter's value.
    ///
    /// - Parameters:
    ///   - rule: What is allowed, phrased to follow "must be".
    ///   - parse: Returns `nil` for what is not.
    mutating func value<Value>(_ name: String, _ rule: String, _ parse: (String) -> Value?) -> Value? {
        guard let text = text(name) else { return nil }
        if let value = parse(text) { return value }
        errors.append(.init(field: name, message: "must be \(rule)"))
        return nil
    }

    mutating func number(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
        value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } ?? fallback
    }

    mutating func identifier(_ name: String) -> Identifier? {
        value(name, Identifier.rule, Identifier.init(rawValue:))
    }

    mutating func level() -> LogLevel {
        value("level", LogLevel.allCases.map(\.rawValue).joined(separator: ", ")) { LogLevel(name: $0) } ?? .debug
    }

    mutating func time(_ name: String) -> Timestamp? {
        value(name, "a date and time like 2025-09-21T10:30:00Z") { text in
            // A plus sign that was not encoded is a space.
            Timestamp(iso8601: text) ?? Timestamp(iso8601: text.replacing(" ", with: "+"))
        }
    }

    /// What was given as `next`.
    mutating func cursor(_ name: String) -> String? {
        value(name, "the next of an earlier answer") { text in
            let parts = text.split(separator: ".", omittingEmptySubsequences: false)
            return parts.count <= 2 && parts.allSatisfy { Int64($0) != nil } ? text : nil
        }
    }

    /// - Throws: `Problem` 422 that names each parameter that is not valid.
    func finish() throws {
        if errors.isEmpty { return }
        throw Problem(.unprocessableContent, "The query has parameters that are not valid.", errors: errors)
    }
}

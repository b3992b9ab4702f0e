//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSONSchema
import ServiceKit

/// Reads fields of a JSON object and collects what is wrong with them. `null` counts as left out.
struct FieldReader {
    let fields: [String: JSONValue]

    /// Whether a model is configured.
    let hasModel: Bool

    /// The prefix of field names in errors: `tasks[3].`
    var path = ""
    private(set) var errors: [Problem.FieldError] = []

    mutating func text(_ name: String, in range: ClosedRange<Int>) -> String? {
        guard let value = self.value(name) else { return fail(name, "is required") }
        guard let text = value.string else { return fail(name, "must be a string, not \(value.kind)") }
        guard text.contains(where: { !$0.isWhitespace }) else { return fail(name, "must not be blank") }
        guard range.contains(text.count) else {
            return fail(name, "has \(text.count) characters; at most \(range.upperBound) are allowed")
        }
        return text
    }

    mutating func identifier(_ name: String, isRequired: Bool = false) -> Identifier? {
        guard let value = self.value(name) else { return isRequired ? fail(name, "is required") : nil }
        guard let text = value.string else { return fail(name, "must be a string, not \(value.kind)") }
        do {
            return try Identifier(text)
        } catch {
            return fail(name, "\(error)")
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = self.value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            return fail(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func bool(_ name: String) -> Bool? {
        guard let value = self.value(name) else { return nil }
        guard let bool = value.bool else { return fail(name, "must be true or false, not \(value.kind)") }
        return bool
    }

    mutating func planner(_ name: String) -> RunRequest.Planner? {
        guard let value = self.value(name) else { return nil }
        guard let planner = value.string.flatMap(RunRequest.Planner.init(rawValue:)) else {
            let names = RunRequest.Planner.allCases.map(\.rawValue).joined(separator: ", ")
            return fail(name, "must be one of \(names)")
        }
        guard planner != .llm || hasModel else {
            return fail(
                name,
                "llm requires a model, and none is configured: set OPENAI_API_KEY or ANTHROPIC_API_KEY for the service, or "
                    + "OPENAI_BASE_URL and OPENAI_MODEL for a server without a key; or use auto or instructions"
            )
        }
        return planner
    }

    /// A schema that the result must satisfy, which requires a model.
    mutating func outputSchema(_ name: String, _ planner: RunRequest.Planner?) -> JSONValue? {
        guard let value = self.value(name) else { return nil }
        guard hasModel, planner != .instructions else {
            let reason = hasModel ? "the planner is instructions" : "none is configured"
            return fail(name, "requires a model as the planner, and \(reason); leave it out")
        }
        do {
            return try JSONSchema(value).source
        } catch {
            for problem in error.problems { report(name, problem) }
            return nil
        }
    }

    mutating func refuse(_ name: String, _ reason: String) {
        if value(name) != nil { report(name, reason) }
    }

    func value(_ name: String) -> JSONValue? {
        guard let value = fields[name], value != .null else { return nil }
        return value
    }

    /// Records an error of a field.
    mutating func report(_ name: String, _ reason: String) {
        errors.append(.init(field: path + name, message: reason))
    }

    private mutating func fail<Value>(_ name: String, _ reason: String) -> Value? {
        report(name, reason)
        return nil
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import ServiceKit

extension RunRequest {
    /// A request from the body of `POST /api/agents` (protocol, section 4). Fields that are not known are passed over,
    /// as they are in the documented service.
    ///
    /// - Throws: `Problem` 422 that names every field that is wrong, and what is allowed.
    init(validating body: JSONValue) throws {
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields)
        let task = reader.text("task", in: RunLimits.taskCharacters)
        let requestID = reader.identifier("request_id", isRequired: true)
        let sessionID = reader.identifier("session_id")
        let batchID = reader.identifier("batch_id")
        let maxSteps = reader.integer("max_steps", in: RunLimits.steps)
        let timeout = reader.integer("timeout_seconds", in: RunLimits.timeoutSeconds)
        let planner = reader.planner("planner")
        // Restrictions that would not be kept must not be accepted.
        for name in ["allowed_domains", "sensitive_data", "output_schema"] {
            reader.refuse(name, "is not supported by this version; leave it out")
        }
        guard reader.errors.isEmpty, let task, let requestID else {
            throw Problem(.unprocessableContent, "The request has fields that are wrong.", errors: reader.errors)
        }
        self.init(
            task: task,
            requestID: requestID,
            sessionID: sessionID,
            batchID: batchID,
            maxSteps: maxSteps,
            timeoutSeconds: timeout,
            planner: planner
        )
    }
}

/// Takes fields out of a JSON object and collects what is wrong with them. `null` counts as left out.
private struct FieldReader {
    let fields: [String: JSONValue]
    var errors: [Problem.FieldError] = []

    mutating func text(_ name: String, in range: ClosedRange<Int>) -> String? {
        guard let value = self.value(name) else { return self.fail(name, "is required") }
        guard let text = value.string else { return self.fail(name, "must be a string, not \(value.kind)") }
        guard text.contains(where: { !$0.isWhitespace }) else { return self.fail(name, "must not be blank") }
        guard range.contains(text.count) else {
            return self.fail(name, "has \(text.count) characters; at most \(range.upperBound) are allowed")
        }
        return text
    }

    mutating func identifier(_ name: String, isRequired: Bool = false) -> Identifier? {
        guard let value = self.value(name) else { return isRequired ? self.fail(name, "is required") : nil }
        guard let text = value.string else { return self.fail(name, "must be a string, not \(value.kind)") }
        do {
            return try Identifier(text)
        } catch {
            return self.fail(name, "\(error)")
        }
    }

    mutating func integer(_ name: String, in range: ClosedRange<Int>) -> Int? {
        guard let value = self.value(name) else { return nil }
        guard let number = value.integer, range.contains(number) else {
            return self.fail(name, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    mutating func planner(_ name: String) -> RunRequest.Planner? {
        guard let value = self.value(name) else { return nil }
        guard let planner = value.string.flatMap(RunRequest.Planner.init(rawValue:)) else {
            let names = RunRequest.Planner.allCases.map(\.rawValue).joined(separator: ", ")
            return self.fail(name, "must be one of \(names)")
        }
        guard planner != .llm else {
            return self.fail(name, "llm is not supported by this version; use auto or instructions")
        }
        return planner
    }

    mutating func refuse(_ name: String, _ reason: String) {
        if self.value(name) != nil { self.errors.append(.init(field: name, message: reason)) }
    }

    private func value(_ name: String) -> JSONValue? {
        guard let value = self.fields[name], value != .null else { return nil }
        return value
    }

    private mutating func fail<Value>(_ name: String, _ reason: String) -> Value? {
        self.errors.append(.init(field: name, message: reason))
        return nil
    }
}

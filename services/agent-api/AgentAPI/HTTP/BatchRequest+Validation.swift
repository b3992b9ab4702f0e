//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import ServiceKit

extension BatchRequest {
    /// Validates the body of `POST /api/agents/batch` (protocol, section 4).
    ///
    /// - Parameter hasModel: Whether a model is configured.
    /// - Throws: `Problem` 422 that names every invalid field, such as `tasks[3].task`, and what is allowed.
    init(validating body: JSONValue, hasModel: Bool) throws {
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields, hasModel: hasModel)
        let batchID = reader.identifier("batch_id", isRequired: true)
        let tasks = reader.elements("tasks", count: 1...Self.maximumTasks) ?? []
        let webhook = reader.webhook("webhook")
        var errors = reader.errors
        var requests: [RunRequest] = []
        var indices: [Identifier: Int] = [:]
        for (index, element) in tasks.enumerated() {
            let name = "tasks[\(index)]"
            guard case .object(let fields) = element else {
                errors.append(.init(field: name, message: "must be an object, not \(element.kind)"))
                continue
            }
            var reader = FieldReader(fields: fields, hasModel: hasModel, path: name + ".")
            let task = reader.text("task", in: RunLimits.taskCharacters)
            let requestID = reader.requestID(number: index + 1, in: batchID)
            if let requestID, let earlier = indices.updateValue(index, forKey: requestID) {
                reader.report("request_id", "is the same as that of tasks[\(earlier)]")
            }
            if let other = reader.identifier("batch_id"), other != batchID {
                reader.report("batch_id", "must be that of the batch or left out")
            }
            let sessionID = reader.identifier("session_id")
            if let request = RunRequest(&reader, task, requestID, sessionID, batchID, webhook: webhook) {
                requests.append(request)
            }
            errors += reader.errors
        }
        guard errors.isEmpty, let batchID else {
            let shown = Array(errors.prefix(Self.maximumErrors))
            let detail =
                errors.count > shown.count
                ? "The request has \(errors.count) invalid fields; these are the first."
                : "The request has invalid fields."
            throw Problem(.unprocessableContent, detail, errors: shown)
        }
        self.init(batchID: batchID, tasks: requests)
    }

    /// The maximum number of invalid fields in a response.
    private static let maximumErrors = 100
}

extension FieldReader {
    /// The name of a run, given or derived from the batch's.
    fileprivate mutating func requestID(number: Int, in batchID: Identifier?) -> Identifier? {
        if value("request_id") != nil { return identifier("request_id") }
        // Without a batch id there is an error already.
        guard let batchID else { return nil }
        do {
            return try BatchRequest.requestID(number, in: batchID)
        } catch {
            report("request_id", "is required, because a name derived from the batch_id \(error)")
            return nil
        }
    }

    fileprivate mutating func elements(_ name: String, count: ClosedRange<Int>) -> [JSONValue]? {
        guard let value = self.value(name) else {
            report(name, "is required")
            return nil
        }
        guard let elements = value.array else {
            report(name, "must be an array, not \(value.kind)")
            return nil
        }
        guard count.contains(elements.count) else {
            report(name, "has \(elements.count) elements; \(count.lowerBound) to \(count.upperBound) are allowed")
            return nil
        }
        return elements
    }
}

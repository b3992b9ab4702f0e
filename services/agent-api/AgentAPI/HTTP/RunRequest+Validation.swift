//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Secrets
import ServiceKit

extension RunRequest {
    /// Validates the body of `POST /api/agents` (protocol, section 4). Unknown fields are ignored, as in the documented
    /// service.
    ///
    /// - Parameter hasModel: Whether a model is configured.
    /// - Throws: `Problem` 422 that names every invalid field, and what is allowed.
    init(validating body: JSONValue, hasModel: Bool) throws {
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields, hasModel: hasModel)
        let task = reader.text("task", in: RunLimits.taskCharacters)
        let requestID = reader.identifier("request_id", isRequired: true)
        let sessionID = reader.identifier("session_id")
        let batchID = reader.identifier("batch_id")
        guard let request = RunRequest(&reader, task, requestID, sessionID, batchID) else {
            throw Problem(.unprocessableContent, "The request has invalid fields.", errors: reader.errors)
        }
        self = request
    }

    /// Reads the fields; `nil` if any is invalid.
    ///
    /// - Parameter standard: The webhook where the request has none of its own.
    init?(
        _ reader: inout FieldReader,
        _ task: String?,
        _ requestID: Identifier?,
        _ sessionID: Identifier?,
        _ batchID: Identifier?,
        webhook standard: Webhook? = nil
    ) {
        let maxSteps = reader.integer("max_steps", in: RunLimits.steps)
        let timeout = reader.integer("timeout_seconds", in: RunLimits.timeoutSeconds)
        let planner = reader.planner("planner")
        let outputSchema = reader.outputSchema("output_schema", planner)
        let allowedDomains = reader.domains("allowed_domains", count: RunLimits.domains)
        let screenshots = reader.bool("screenshots")
        let webhook = reader.webhook("webhook") ?? standard
        let secrets = reader.sensitiveData("sensitive_data", allowedDomains: allowedDomains)
        for (name, identifier) in [("request_id", requestID), ("session_id", sessionID), ("batch_id", batchID)] {
            guard let identifier, secrets.mask.hides(anythingIn: identifier.rawValue) else { continue }
            reader.report(name, "contains a value of sensitive_data, and would reveal it")
        }
        guard reader.errors.isEmpty, let task, let requestID else { return nil }
        self.init(
            task: secrets.mask.masked(task),
            requestID: requestID,
            sessionID: sessionID,
            batchID: batchID,
            maxSteps: maxSteps,
            timeoutSeconds: timeout,
            planner: planner,
            outputSchema: outputSchema.map { secrets.mask.masked($0) },
            allowedDomains: allowedDomains,
            sensitiveData: secrets.data,
            screenshots: screenshots,
            webhook: webhook
        )
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Secrets
import ServiceKit

extension RunRequest {
    /// A request from the body of `POST /api/agents` (protocol, section 4). Fields that are not known are passed over,
    /// as they are in the documented service.
    ///
    /// - Parameter hasModel: Whether there is a model that can plan.
    /// - Throws: `Problem` 422 that names every field that is wrong, and what is allowed.
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
            throw Problem(.unprocessableContent, "The request has fields that are not valid.", errors: reader.errors)
        }
        self = request
    }

    /// A request from the fields that have not been read yet; `nil` when any field is wrong.
    init?(
        _ reader: inout FieldReader,
        _ task: String?,
        _ requestID: Identifier?,
        _ sessionID: Identifier?,
        _ batchID: Identifier?
    ) {
        let maxSteps = reader.integer("max_steps", in: RunLimits.steps)
        let timeout = reader.integer("timeout_seconds", in: RunLimits.timeoutSeconds)
        let planner = reader.planner("planner")
        let outputSchema = reader.outputSchema("output_schema", planner)
        let allowedDomains = reader.domains("allowed_domains", count: RunLimits.domains)
        let screenshots = reader.bool("screenshots")
        let secrets = reader.sensitiveData("sensitive_data", allowedDomains: allowedDomains)
        for (name, identifier) in [("request_id", requestID), ("session_id", sessionID), ("batch_id", batchID)] {
            guard let identifier, secrets.mask.hides(anythingIn: identifier.rawValue) else { continue }
            reader.report(name, "has a value of sensitive_data in it, and would show it to everybody")
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
            screenshots: screenshots
        )
    }
}

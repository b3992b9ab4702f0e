//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

/// The body of `POST /api/agents` (protocol, section 4).
package struct RunRequest: JSONObject, Hashable, Sendable {
    /// The task in words.
    package var task: String

    /// The name of the run, chosen by the caller.
    package var requestID: Identifier

    /// The session. Runs of one session share cookies and storage. If left out, it is the `request_id`.
    package var sessionID: Identifier?

    /// The batch that the run belongs to.
    package var batchID: Identifier?

    /// The maximum number of steps.
    package var maxSteps: Int?

    /// The maximum duration of the run, in seconds.
    package var timeoutSeconds: Int?

    /// What turns the task into actions.
    package var planner: Planner?

    /// The JSON schema that the result must satisfy. It requires a model.
    package var outputSchema: JSONValue?

    /// Secrets that the run may type. Their values are only in ``body``; ``json`` has only their names.
    package var sensitiveData: SensitiveData? {
        didSet { secretNames = self.sensitiveData?.names ?? secretNames }
    }

    /// The names of the secrets, by the domain pattern that they are for. They are kept after the values are deleted.
    package private(set) var secretNames: [String: [String]]?

    /// The only sites that the run's pages may connect to. If left out, all sites that the service allows.
    package var allowedDomains: [DomainPattern]?

    /// Whether pictures of its steps are kept; `nil` leaves that to the service.
    package var screenshots: Bool?

    /// What is told of the run's events.
    package var webhook: Webhook?

    /// What plans the steps.
    package enum Planner: String, Codable, Sendable, Hashable, CaseIterable {
        /// A model if a key for one is configured, otherwise the instructions.
        case auto
        case llm
        /// Steps in plain English, executed without a model.
        case instructions
    }

    package init(
        task: String,
        requestID: Identifier,
        sessionID: Identifier? = nil,
        batchID: Identifier? = nil,
        maxSteps: Int? = nil,
        timeoutSeconds: Int? = nil,
        planner: Planner? = nil,
        outputSchema: JSONValue? = nil,
        allowedDomains: [DomainPattern]? = nil,
        sensitiveData: SensitiveData? = nil,
        screenshots: Bool? = nil,
        webhook: Webhook? = nil
    ) {
        self.task = task
        self.requestID = requestID
        self.sessionID = sessionID
        self.batchID = batchID
        self.maxSteps = maxSteps
        self.timeoutSeconds = timeoutSeconds
        self.planner = planner
        self.outputSchema = outputSchema
        self.sensitiveData = sensitiveData
        secretNames = sensitiveData?.names
        self.allowedDomains = allowedDomains
        self.screenshots = screenshots
        self.webhook = webhook
    }

    private enum CodingKeys: String, CodingKey {
        case task
        case requestID = "request_id"
        case sessionID = "session_id"
        case batchID = "batch_id"
        case maxSteps = "max_steps"
        case timeoutSeconds = "timeout_seconds"
        case planner
        case outputSchema = "output_schema"
        case secretNames = "sensitive_data"
        case allowedDomains = "allowed_domains"
        case screenshots, webhook
    }

    /// The request as it is posted, with the values of secrets. It is only for the service itself. ``json`` has only
    /// the names.
    package var body: [UInt8] { Posted(request: self).json }

    private struct Posted: JSONObject {
        var request: RunRequest

        init(request: RunRequest) { self.request = request }

        init(from decoder: any Decoder) throws { request = try RunRequest(from: decoder) }

        func encode(to encoder: any Encoder) throws {
            try request.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encodeIfPresent(request.sensitiveData?.json, forKey: .secretNames)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// What to do: the body of `POST /api/agents` (protocol, section 4).
package struct RunRequest: Codable, Hashable, Sendable {
    /// The task in words.
    package var task: String

    /// The name of the run, chosen by who asks for it.
    package var requestID: Identifier

    /// Runs of one session share cookies and storage. The `request_id` when left out.
    package var sessionID: Identifier?

    /// The batch that the run belongs to.
    package var batchID: Identifier?

    /// The most steps to take.
    package var maxSteps: Int?

    /// The longest the run may take, in seconds.
    package var timeoutSeconds: Int?

    /// What turns the task into actions.
    package var planner: Planner?

    /// The JSON schema that the result must satisfy; a model's business.
    package var outputSchema: JSONValue?

    /// Secrets that the run may type. They are in ``body`` and nowhere else: ``json`` has only their names.
    package var sensitiveData: SensitiveData? {
        didSet { secretNames = self.sensitiveData?.names ?? secretNames }
    }

    /// The names of the secrets, by the domain pattern that they are for. They are kept when the values are not.
    package private(set) var secretNames: [String: [String]]?

    /// The only sites that the run's pages may connect to; all that the service allows when left out.
    package var allowedDomains: [DomainPattern]?

    /// Who plans the steps.
    package enum Planner: String, Codable, Sendable, Hashable, CaseIterable {
        /// A model when a key for one is configured, else the instructions.
        case auto
        case llm
        /// Plain-English steps, understood without a model.
        case instructions
    }

    /// Puts a request together.
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
        sensitiveData: SensitiveData? = nil
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
    }

    /// Reads the request back.
    ///
    /// - Throws: `DecodingError`.
    package init(json: some Sequence<UInt8>) throws {
        self = try JSONDecoder().decode(RunRequest.self, from: Data(json))
    }

    /// The request as it is posted, with the values of secrets: for nobody but the service that it is posted to.
    package var body: [UInt8] { json(secrets: sensitiveData?.json) }

    /// The request as JSON, with the names of secrets in place of their values. Two requests that ask for the same are the
    /// same bytes, but for the values.
    package var json: [UInt8] {
        self.json(
            secrets: secretNames.map { .object($0.mapValues { names in .array(names.map(JSONValue.string)) }) }
        )
    }

    private func json(secrets: JSONValue?) -> [UInt8] {
        var writer = JSONWriter()
        writer.field("task", self.task)
        writer.field("request_id", requestID.rawValue)
        if let sessionID = self.sessionID { writer.field("session_id", sessionID.rawValue) }
        if let batchID = self.batchID { writer.field("batch_id", batchID.rawValue) }
        if let maxSteps = self.maxSteps { writer.field("max_steps", maxSteps) }
        if let timeout = timeoutSeconds { writer.field("timeout_seconds", timeout) }
        if let planner = self.planner { writer.field("planner", planner.rawValue) }
        if let outputSchema = self.outputSchema { writer.field("output_schema", outputSchema) }
        if let secrets { writer.field("sensitive_data", secrets) }
        if let domains = allowedDomains {
            writer.field("allowed_domains", JSONValue.array(domains.map { .string($0.description) }))
        }
        return writer.finish()
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Talks to agent-api (protocol, section 4).
struct AgentAPIClient: Sendable {
    let client: HTTPClient
    let endpoints: Endpoints
    var policy = FollowPolicy()

    /// Asks for a run. Asking again is harmless: the same request starts nothing twice.
    func start(_ run: RunRequest) async throws -> RunAccepted {
        let response = try await send("POST", "/api/agents", body: run.body)
        return try decode(RunAccepted.self, from: response)
    }

    func run(_ id: Identifier) async throws -> (run: Run, json: String) {
        let response = try await send("GET", "/api/agents/\(id)")
        return (try decode(Run.self, from: response), response.text)
    }

    /// Asks for a batch. Asking again is harmless: the same request starts nothing twice.
    func start(batch body: [UInt8]) async throws -> BatchAccepted {
        let response = try await send("POST", "/api/agents/batch", body: body)
        return try decode(BatchAccepted.self, from: response)
    }

    func batch(_ id: Identifier) async throws -> Batch {
        try decode(Batch.self, from: try await send("GET", "/api/agents/batch/\(id)"))
    }

    func cancel(_ id: Identifier) async throws -> HTTPClient.Response {
        try await send("DELETE", "/api/agents/\(id)")
    }

    /// A page of the list of runs, the newest first.
    struct RunPage: Decodable {
        var runs: [Run]
        /// What to go on after; nil when there are no more.
        var next: String?
    }

    func runs(query: [(name: String, value: String)]) async throws -> (page: RunPage, json: String) {
        let response = try await send("GET", "/api/agents", query: query)
        return (try decode(RunPage.self, from: response), response.text)
    }

    /// - Throws: ``CommandFailure`` for anything but a 2xx.
    private func send(
        _ method: String,
        _ path: String,
        query: [(name: String, value: String)] = [],
        body: [UInt8]? = nil
    ) async throws -> HTTPClient.Response {
        var request = HTTPClient.Request(
            endpoints.api.appending(path, query: query),
            method: method,
            headers: ["Accept": "application/json, application/problem+json"],
            body: body,
            connectTimeout: policy.connectTimeout,
            headTimeout: policy.headTimeout,
            idleTimeout: policy.headTimeout
        )
        if body != nil { request.headers["Content-Type"] = "application/json" }
        endpoints.authorize(&request)
        let response = try await exchange(request)
        guard (200..<300).contains(response.status) else {
            let problem = ProblemDetails(response)
            var message = "agent-api refused: \(problem)"
            if problem.exitStatus == .notAllowed { message += "\n" + Endpoints.tokenHint }
            if let wait = response.head.retryAfter { message += "\nIt asks to try again in \(wait.roundedText)." }
            throw CommandFailure(status: problem.exitStatus, message: message)
        }
        return response
    }

    /// Tries for a short while to reach a service that does not answer: it may just be starting.
    private func exchange(_ request: HTTPClient.Request) async throws -> HTTPClient.Response {
        var reconnection = Reconnection(policy)
        while true {
            do {
                return try await client.request(request)
            } catch let error as HTTPError {
                let isTransient = [.cannotConnect, .cannotResolve, .closedEarly].contains(error.code)
                let decision =
                    isTransient
                    ? reconnection.failed(at: .now, answered: false, retryAfter: nil, jitter: .random(in: 0...1))
                    : .giveUp
                guard case .retry(let delay, _) = decision else {
                    throw CommandFailure(
                        status: .unreachable,
                        message: """
                            agent-api cannot be reached at \(endpoints.api): \(error.message)
                            Is it running there? Another address is given with --api or AGENT_API_URL.
                            """
                    )
                }
                try await Task.sleep(for: delay)
            }
        }
    }

    private func decode<Answer: Decodable>(_: Answer.Type, from response: HTTPClient.Response) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(response.body))
        } catch {
            throw CommandFailure(
                status: .unreachable,
                message: """
                    \(endpoints.api) does not look like an agent-api: its answer is not what was expected
                    Another address is given with --api or AGENT_API_URL.
                    """
            )
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON

/// Talks to agent-api (protocol, section 4).
struct AgentAPIClient: Sendable {
    let client: HTTPClient
    let endpoints: Endpoints
    var policy = FollowPolicy()
    /// Takes what there is to say while a service does not answer; `nil` for a question in the background, which is asked
    /// once.
    var notify: (@Sendable (String) async -> Void)?

    /// Asks for a run. Asking again is harmless: the same request starts nothing twice.
    func start(_ run: RunRequest) async throws -> RunAccepted {
        let response = try await send("POST", "/api/agents", body: run.body)
        return try decode(RunAccepted.self, from: response)
    }

    func run(_ id: Identifier) async throws -> (run: Run, json: String) {
        let response = try await send("GET", "/api/agents/\(id)")
        return (try decode(Run.self, from: response), response.text)
    }

    /// What a run did, as a task that does it again: as text and as JSON.
    func instructions(of id: Identifier) async throws -> (text: String, json: String) {
        let response = try await send("GET", "/api/agents/\(id)/instructions")
        return ((try? JSONValue(parsing: response.body))?["task"]?.string ?? response.text, response.text)
    }

    /// Asks for a batch. Asking again is harmless: the same request starts nothing twice.
    func start(batch body: [UInt8]) async throws -> BatchAccepted {
        let response = try await send("POST", "/api/agents/batch", body: body)
        return try decode(BatchAccepted.self, from: response)
    }

    func batch(_ id: Identifier) async throws -> (batch: Batch, json: String) {
        let response = try await send("GET", "/api/agents/batch/\(id)")
        return (try decode(Batch.self, from: response), response.text)
    }

    /// - Returns: the run as it is then, and whether it had not ended before.
    func cancel(_ id: Identifier) async throws -> (run: Run, json: String, isAsked: Bool) {
        let response = try await send("DELETE", "/api/agents/\(id)")
        return (try decode(Run.self, from: response), response.text, response.status == 202)
    }

    /// - Returns: the batch as it is then, and whether one of its runs had not ended before.
    func cancel(batch id: Identifier) async throws -> (batch: Batch, json: String, isAsked: Bool) {
        let response = try await send("DELETE", "/api/agents/batch/\(id)")
        return (try decode(Batch.self, from: response), response.text, response.status == 202)
    }

    /// Holds a run, or lets it go on.
    ///
    /// - Parameter action: `pause` or `resume`.
    /// - Returns: the run as it is then.
    func steer(_ id: Identifier, _ action: String) async throws -> (run: Run, json: String) {
        let response = try await send("POST", "/api/agents/\(id)/\(action)")
        return (try decode(Run.self, from: response), response.text)
    }

    /// Answers the question that a run waits with.
    ///
    /// - Returns: the run as it was.
    func answer(_ id: Identifier, _ answer: JSONValue) async throws -> (run: Run, json: String) {
        let response = try await send("POST", "/api/agents/\(id)/answer", body: answer.bytes)
        return (try decode(Run.self, from: response), response.text)
    }

    /// A picture of a page, a JPEG.
    func picture(_ path: String) async throws -> [UInt8] {
        try await send("GET", path).body
    }

    /// - Returns: a page, and its runs as JSON.
    func runs(query: [(name: String, value: String)]) async throws -> (page: RunPage, json: [JSONValue]) {
        let response = try await send("GET", "/api/agents", query: query)
        let page = try decode(RunPage.self, from: response)
        return (page, (try? JSONValue(parsing: response.body))?["runs"]?.array ?? [])
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
            if response.status == 404, notify != nil { try await checkThatItIsAgentAPI() }
            let problem = ProblemDetails(response)
            var message = "agent-api refused: \(problem)" + Endpoints.hint(for: problem)
            if let wait = response.head.retryAfter { message += "\nIt asks to try again in \(wait.roundedText)." }
            throw CommandFailure(status: problem.exitStatus, message: message)
        }
        return response
    }

    /// Tries for a short while to reach a service that does not answer: it may just be starting.
    private func exchange(_ request: HTTPClient.Request) async throws -> HTTPClient.Response {
        var schedule = RetrySchedule(policy)
        while true {
            do {
                return try await sayingThatItTakesLong { try await client.request(request) }
            } catch let error as HTTPError {
                let isTransient = [.cannotConnect, .cannotResolve, .closedEarly].contains(error.code)
                let decision =
                    isTransient
                    ? schedule.failed(at: .now, answered: false, retryAfter: nil, jitter: .random(in: 0...1))
                    : .giveUp
                guard case .retry(let delay, let isFirst) = decision else {
                    throw CommandFailure(
                        status: .unreachable,
                        message: """
                            agent-api cannot be reached at \(endpoints.api): \(error.message)
                            Is it running there? Another address is given with --api or AGENT_API_URL.
                            """
                    )
                }
                if isFirst {
                    let patience = schedule.patience.roundedText
                    await notify?("no agent-api at \(endpoints.api) yet (\(error.message)); trying for \(patience) …")
                }
                try await Task.sleep(for: delay)
            }
        }
    }

    private func sayingThatItTakesLong(
        _ request: @escaping @Sendable () async throws -> HTTPClient.Response
    ) async throws -> HTTPClient.Response {
        guard let notify else { return try await request() }
        return try await withThrowingTaskGroup(of: HTTPClient.Response?.self) { group in
            group.addTask { try await request() }
            group.addTask {
                try? await Task.sleep(for: policy.silentWait)
                guard !Task.isCancelled else { return nil }
                await notify("waiting for agent-api at \(endpoints.api) to answer …")
                return nil
            }
            defer { group.cancelAll() }
            while let response = try await group.next() {
                if let response { return response }
            }
            throw CancellationError()
        }
    }

    /// - Throws: ``CommandFailure`` when what does not know a name is no agent-api at all.
    private func checkThatItIsAgentAPI() async throws {
        let probe = ServiceProbe(client: client, endpoints: endpoints, policy: policy)
        guard await !probe.isAgentAPI(endpoints.api) else { return }
        let what =
            await probe.isGateway(endpoints.api)
            ? "is a stream-gateway, not an agent-api"
            : "does not look like an agent-api: it answered with HTTP status 404"
        throw CommandFailure(
            status: .unreachable,
            message: """
                \(endpoints.api) \(what)
                Another address is given with --api or AGENT_API_URL.
                """
        )
    }

    private func decode<Answer: JSONObject>(_: Answer.Type, from response: HTTPClient.Response) throws -> Answer {
        do {
            return try Answer(json: response.body)
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

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream

/// Asks the gateway's archive (protocol, section 3).
struct ArchiveClient: Sendable {
    let client: HTTPClient
    let endpoints: Endpoints
    let policy: FollowPolicy

    init(_ context: CommandContext, _ endpoints: Endpoints) {
        client = HTTPClient()
        self.endpoints = endpoints
        policy = context.policy
    }

    /// The answer to a question, a JSON object.
    ///
    /// - Throws: ``CommandFailure`` for anything else.
    func object(_ path: String, query: [(name: String, value: String)]) async throws -> JSONValue {
        let response = try await exchange { try await client.request(request(path, query)) }
        guard response.status == 200 else { throw failure(response) }
        guard let value = try? JSONValue(parsing: response.body), value.object != nil else {
            throw CommandFailure(
                status: .unreachable,
                message: """
                    \(endpoints.gateway) does not look like a stream-gateway: its answer is not what was expected
                    Another address is given with --gateway or GATEWAY_URL.
                    """
            )
        }
        return value
    }

    /// The pages of a list, each object of it with its JSON.
    ///
    /// - Parameters:
    ///   - name: The list's member in the answer.
    ///   - limit: The most objects in all.
    ///   - body: Takes a page's objects.
    /// - Returns: How many there were, and whether there are more.
    func pages(
        _ path: String,
        query: [(name: String, value: String)],
        list name: String,
        limit: Int,
        _ body: ([JSONValue]) async throws -> Void
    ) async throws -> (count: Int, hasMore: Bool) {
        var count = 0
        var next: String?
        repeat {
            var page = query + [("limit", String(min(limit - count, 200)))]
            if let next { page.append(("after", next)) }
            let answer = try await object(path, query: page)
            let objects = answer[name]?.array ?? []
            if !objects.isEmpty { try await body(objects) }
            count += objects.count
            next = answer["next"]?.string
        } while next != nil && count < limit
        return (count, next != nil)
    }

    /// Sends something.
    ///
    /// - Throws: ``CommandFailure`` for anything but a 2xx.
    func post(_ body: [UInt8], to path: String, type: String) async throws -> JSONValue {
        var request = request(path, [])
        request.method = "POST"
        request.body = body
        request.headers["Content-Type"] = type
        // The answer comes when all of it is written.
        request.headTimeout = nil
        request.idleTimeout = nil
        let response = try await exchange { try await client.request(request) }
        guard (200..<300).contains(response.status) else { throw failure(response) }
        return (try? JSONValue(parsing: response.body)) ?? .null
    }

    /// Reads a long answer as it comes.
    ///
    /// - Throws: ``CommandFailure`` when it is refused, or breaks off.
    func text(
        _ path: String,
        query: [(name: String, value: String)] = [],
        _ body: ([UInt8]) async throws -> Void
    ) async throws {
        let response = try await exchange { try await client.stream(request(path, query)) }
        guard response.status == 200 else {
            var bytes: [UInt8] = []
            for try await chunk in response.body where bytes.count < 1 << 20 { bytes += chunk }
            throw failure(HTTPClient.Response(head: response.head, body: bytes))
        }
        do {
            for try await chunk in response.body { try await body(Array(chunk)) }
        } catch let error as HTTPError {
            throw CommandFailure(status: .unreachable, message: "the answer has broken off: \(error.message)")
        }
    }

    private func request(_ path: String, _ query: [(name: String, value: String)]) -> HTTPClient.Request {
        var request = HTTPClient.Request(
            endpoints.gateway.appending(path, query: query),
            headers: ["Accept": "application/json, application/x-ndjson, text/html, application/problem+json"],
            connectTimeout: policy.connectTimeout,
            headTimeout: policy.headTimeout,
            idleTimeout: policy.headTimeout
        )
        endpoints.authorize(&request)
        return request
    }

    private func exchange<Answer>(_ body: () async throws -> Answer) async throws -> Answer {
        do {
            return try await body()
        } catch let error as HTTPError {
            throw CommandFailure(
                status: .unreachable,
                message: """
                    stream-gateway cannot be reached at \(endpoints.gateway): \(error.message)
                    Is it running there? Another address is given with --gateway or GATEWAY_URL.
                    """
            )
        }
    }

    private func failure(_ response: HTTPClient.Response) -> CommandFailure {
        let problem = ProblemDetails(response)
        let message = "stream-gateway refused: \(problem)" + Endpoints.hint(for: problem)
        return CommandFailure(status: problem.exitStatus, message: message)
    }
}

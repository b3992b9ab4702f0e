//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPStream
import JSON
import Loopback

/// A separate redis-server and agent-api, while something is measured.
final class AgentServer {
    private let url: String
    private let servers: ServerSet

    /// Starts both on free ports.
    ///
    /// - Parameters:
    ///   - program: The path of agent-api.
    ///   - uploads: The directory with files that runs may upload.
    /// - Throws: `LoadError` with the output of a program that did not start.
    init(program: String, directory: String, uploads: String, concurrency: Int) throws {
        let (redis, api) = (try Socket.freePort(), try Socket.freePort())
        url = "http://127.0.0.1:\(api)"
        servers = ServerSet(directory: directory)
        try servers.start("redis", on: redis, ["redis-server", "--port", "\(redis)", "--save", ""])
        try servers.start(
            "agent-api",
            on: api,
            [program, "--port", "\(api)"],
            environment: [
                "REDIS_URL": "redis://127.0.0.1:\(redis)", "AGENT_CONCURRENCY": "\(concurrency)",
                "UPLOAD_DIRECTORY": uploads,
            ]
        )
    }

    /// Stops them, the last one first.
    func stop() { servers.stop() }

    /// A client of agent-api.
    func client(over http: HTTPClient) -> AgentClient { AgentClient(url: url, http: http) }
}

/// Starts runs and waits for their ends.
struct AgentClient: Sendable {
    let url: String
    let http: HTTPClient

    /// - Parameter limit: The time limit of the run, in seconds.
    func run(_ task: String, as name: String, limit: Int) async throws -> Episode.Run {
        let body: JSONValue = [
            "task": .string(task), "request_id": .string(name), "planner": "instructions",
            "timeout_seconds": .integer(Int64(limit)),
        ]
        let post = HTTPClient.Request(
            "\(url)/api/agents",
            method: "POST",
            headers: ["Content-Type": "application/json"],
            body: body.bytes
        )
        let answer = try await http.request(post)
        guard answer.status == 200 else {
            throw LoadError("POST /api/agents answered \(answer.status): \(answer.text)")
        }
        let deadline = Clock.now + Int64(seconds: Double(limit) + 20)
        while Clock.now < deadline {
            let state = try JSONValue(parsing: await http.request(.init("\(url)/api/agents/\(name)")).body)
            let status = state["status"]?.string ?? "none"
            if status != "queued", status != "running" {
                return Episode.Run(
                    status: status,
                    result: state["result"]?.string ?? "",
                    error: state["error"]?.string ?? ""
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return Episode.Run(status: "none", result: "", error: "it has not ended")
    }
}

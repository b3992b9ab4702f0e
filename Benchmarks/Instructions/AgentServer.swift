//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import HTTPStream
import JSON
import Loopback

/// A separate redis-server and agent-api, while something is measured.
final class AgentServer {
    private let url: String
    private var processes: [ChildProcess] = []

    /// Starts both on free ports.
    ///
    /// - Parameters:
    ///   - program: The path of agent-api.
    ///   - uploads: The directory with files that runs may upload.
    /// - Throws: `LoadError` with the output of a program that did not start.
    init(program: String, directory: String, uploads: String, concurrency: Int) throws {
        let (redis, api) = (try Socket.freePort(), try Socket.freePort())
        url = "http://127.0.0.1:\(api)"
        func start(_ name: String, _ port: UInt16, _ arguments: [String], _ settings: [String: String] = [:]) throws {
            let process = try ChildProcess(
                arguments,
                environment: ["TMPDIR": directory, "HOME": directory].merging(settings) { $1 },
                directory: directory,
                log: "\(directory)/\(name).log"
            )
            processes.append(process)
            try process.waitUntilReady { Self.answers(port) }
        }
        do {
            try start("redis", redis, ["redis-server", "--port", "\(redis)", "--save", ""])
            let settings = [
                "REDIS_URL": "redis://127.0.0.1:\(redis)", "AGENT_CONCURRENCY": "\(concurrency)",
                "UPLOAD_DIRECTORY": uploads,
            ]
            try start("agent-api", api, [program, "--port", "\(api)"], settings)
        } catch {
            stop()
            throw error
        }
    }

    /// Whether the port accepts connections.
    private static func answers(_ port: UInt16) -> Bool {
        guard let socket = try? Socket.connect(port: port) else { return false }
        defer { close(socket) }
        var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 1000) == 1 else { return false }
        var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
    }

    /// Stops them in reverse order.
    func stop() {
        for process in processes.reversed() { process.stop() }
        processes = []
    }

    /// A client for it.
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

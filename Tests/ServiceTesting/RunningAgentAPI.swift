//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentAPI
package import AgentLogs
import FoundationEssentials
package import HTTPStream
import ServiceKit
import TestSupport

/// An `agent-api` started by a test.
package struct RunningAgentAPI: Sendable {
    /// The port that it listens on.
    package let port: Int

    /// The client for requests to it.
    package let client: HTTPClient

    package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Posts a body to `/api/agents` or another path.
    package func post(
        _ body: String,
        to path: String = "/api/agents",
        contentType: String? = "application/json"
    ) async throws -> HTTPClient.Response {
        try await self.post(Array(body.utf8), to: path, contentType: contentType)
    }

    /// Posts a body to `/api/agents` or another path.
    package func post(
        _ body: [UInt8],
        to path: String = "/api/agents",
        contentType: String? = "application/json"
    ) async throws -> HTTPClient.Response {
        var headers: HTTPClient.Headers = [:]
        if let contentType { headers.append("Content-Type", contentType) }
        return try await client.request(
            HTTPClient.Request(url(path), method: "POST", headers: headers, body: body)
        )
    }

    package func get(_ path: String, method: String = "GET") async throws -> HTTPClient.Response {
        try await client.request(HTTPClient.Request(url(path), method: method))
    }

    /// A run as reported by the service.
    package func run(_ requestID: String) async throws -> Run {
        try Run(json: try await get("/api/agents/\(requestID)").body)
    }

    /// A batch as reported by the service.
    package func batch(_ batchID: String) async throws -> Batch {
        try Batch(json: try await get("/api/agents/batch/\(batchID)").body)
    }

    /// Waits until all runs of a batch are over.
    package func finishedBatch(_ batchID: String, timeout: Duration = .seconds(120)) async throws -> Batch {
        try await eventually(timeout: timeout, "the batch \(batchID) to end") {
            let batch = try await self.batch(batchID)
            return batch.isOver ? batch : nil
        }
    }

    /// Waits until a run is over.
    package func finishedRun(_ requestID: String, timeout: Duration = .seconds(120)) async throws -> Run {
        try await eventually(timeout: timeout, "the run \(requestID) to end") {
            let run = try await self.run(requestID)
            return run.status.isFinal ? run : nil
        }
    }
}

/// Runs an `agent-api` while the body runs.
///
/// - Parameters:
///   - redisURL: Its Redis.
///   - settings: Additional settings, by environment variable.
package func withAgentAPI<Result>(
    redisURL: String,
    settings: [String: String] = [:],
    adjust: (inout AgentAPIConfiguration) -> Void = { _ in },
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RunningAgentAPI) async throws -> Result
) async throws -> Result {
    let spool = try TemporaryDirectory(prefix: "stepcast-spool")
    defer { spool.remove() }
    var own = ["REDIS_URL": redisURL, "PORT": "0", "BROWSER_WARM_UP": "0", "SPOOL_DIRECTORY": spool.path]
    // The browser's path may depend on the machine; all other settings ignore the environment.
    own["BROWSER_PATH"] = ProcessInfo.processInfo.environment["BROWSER_PATH"]
    var settings = Settings(own.merging(settings) { _, given in given })
    var configuration = try AgentAPIConfiguration(&settings)
    adjust(&configuration)
    let adjusted = configuration
    return try await withService { onListening in
        buildAgentAPI(configuration: adjusted, logger: quietLogger("agent-api"), onListening: onListening)
    } _: { port in
        try await withHTTPClient { client in
            try await body(RunningAgentAPI(port: port, client: client))
        }
    }
}

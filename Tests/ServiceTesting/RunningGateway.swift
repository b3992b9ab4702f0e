//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Gateway
package import HTTPStream
import ServiceKit
import TestSupport

/// A `stream-gateway` started by a test.
package struct RunningGateway: Sendable {
    /// The port that it listens on.
    package let port: Int

    /// The client for requests to it.
    package let client: HTTPClient

    /// A gateway that is already running.
    package init(port: Int, client: HTTPClient = HTTPClient()) {
        self.port = port
        self.client = client
    }

    package func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// The URL of a run's records.
    package func streamURL(_ requestID: String, query: String = "") -> String {
        url("/api/v1/stream-logs/request/\(requestID)\(query)")
    }

    /// The URL of the records of a batch.
    package func batchURL(_ batchID: String, query: String = "") -> String {
        url("/api/v1/stream-logs/batch/\(batchID)\(query)")
    }

    /// Watches the changes of all runs while the body runs.
    package func withViewerOfChanges<Result>(
        query: String = "",
        lastEventID: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestViewer) async throws -> Result
    ) async throws -> Result {
        try await withViewer(url: url("/api/v1/stream-runs\(query)"), lastEventID: lastEventID, body)
    }

    /// Watches a run while the body runs.
    package func withViewer<Result>(
        of requestID: String,
        query: String = "",
        lastEventID: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestViewer) async throws -> Result
    ) async throws -> Result {
        try await self.withViewer(url: streamURL(requestID, query: query), lastEventID: lastEventID, body)
    }

    /// Watches a batch while the body runs.
    package func withViewer<Result>(
        ofBatch batchID: String,
        query: String = "",
        lastEventID: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestViewer) async throws -> Result
    ) async throws -> Result {
        try await self.withViewer(url: batchURL(batchID, query: query), lastEventID: lastEventID, body)
    }

    /// Watches a URL while the body runs.
    package func withViewer<Result>(
        url: String,
        lastEventID: String? = nil,
        token: String? = nil,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestViewer) async throws -> Result
    ) async throws -> Result {
        var headers: HTTPClient.Headers = ["Accept": "text/event-stream"]
        if let lastEventID { headers.append("Last-Event-ID", lastEventID) }
        if let token { headers.append("Authorization", "Bearer \(token)") }
        let request = HTTPClient.Request(url, headers: headers, idleTimeout: nil)
        let viewer = TestViewer(try await self.client.stream(request))
        let watching = Task { await viewer.watch() }
        do {
            let result = try await body(viewer)
            watching.cancel()
            await watching.value
            return result
        } catch {
            watching.cancel()
            await watching.value
            throw error
        }
    }
}

/// Runs a gateway while the body runs.
///
/// - Parameters:
///   - redisURL: Its Redis.
///   - settings: Additional settings, by environment variable.
///   - largestValue: The maximum size of a delivered record in bytes; `nil` for the default.
///   - agentAPITimeout: The time limit for agent-api to start a response; `nil` for the default.
package func withGateway<Result>(
    redisURL: String,
    settings: [String: String] = [:],
    largestValue: Int? = nil,
    agentAPITimeout: Duration? = nil,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RunningGateway) async throws -> Result
) async throws -> Result {
    // Tests must not depend on whatever runs on the default port of agent-api.
    let own = ["REDIS_URL": redisURL, "PORT": "0", "SHUTDOWN_SPREAD_SECONDS": "0", "AGENT_API_URL": "none"]
    var settings = Settings(own.merging(settings) { _, given in given })
    var configuration = try GatewayConfiguration(&settings)
    if let largestValue { configuration.largestValue = largestValue }
    if let agentAPITimeout { configuration.agentAPITimeout = agentAPITimeout }
    return try await withService { onListening in
        buildGateway(configuration: configuration, logger: quietLogger("stream-gateway"), onListening: onListening)
    } _: { port in
        try await withHTTPClient { client in
            try await body(RunningGateway(port: port, client: client))
        }
    }
}

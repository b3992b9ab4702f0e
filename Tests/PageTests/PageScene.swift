//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ServiceTesting
import TestSupport

/// Redis, a gateway and, if wanted, an agent-api: what the page needs.
struct PageScene: Sendable {
    let redis: RedisServer
    let gateway: RunningGateway
    let api: RunningAgentAPI?

    func url(_ path: String = "/") -> String { gateway.url(path) }

    /// A gateway without agent-api.
    static func withGatewayAlone<Result>(
        settings: [String: String] = [:],
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PageScene) async throws -> Result
    ) async throws -> Result {
        try await withRedisServer { redis in
            let own = ["AGENT_API_URL": "none", "RETRY_MILLISECONDS": "100"]
            return try await withGateway(redisURL: redis.url, settings: own.merging(settings) { _, given in given }) {
                gateway in
                try await body(PageScene(redis: redis, gateway: gateway, api: nil))
            }
        }
    }

    /// A gateway, an agent-api that takes pictures, and the demo site, whose address is `http://site.test/`.
    static func whole<Result>(
        gateway more: [String: String] = [:],
        concurrency: Int = 2,
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PageScene) async throws -> Result
    ) async throws -> Result {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                let settings = [
                    "SCREENSHOTS": "1", "BLOCK_PRIVATE_NETWORKS": "0", "AGENT_CONCURRENCY": "\(concurrency)",
                    "BROWSER_ARGS": "\"--host-resolver-rules=MAP site.test 127.0.0.1:\(site.port)\"",
                ]
                return try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let address = ["AGENT_API_URL": "http://127.0.0.1:\(api.port)"].merging(more) { _, given in given }
                    return try await withGateway(redisURL: redis.url, settings: address) { gateway in
                        try await body(PageScene(redis: redis, gateway: gateway, api: api))
                    }
                }
            }
        }
    }

    /// A gateway and an agent-api that want tokens.
    static func guarded(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (PageScene, Tokens) async throws -> Void
    ) async throws {
        try await withProtectedServices { redis, api, gateway, tokens in
            try await body(PageScene(redis: redis, gateway: gateway, api: api), tokens)
        }
    }

    /// Writes a record of a run as a publisher with numbers would.
    func add(
        _ message: String,
        to run: String = "r1",
        seq: Int,
        step: Int = 0,
        level: String = "INFO",
        time: Double? = nil
    ) async throws {
        var fields = [
            "XADD", "browser_use_logs:\(run)", "*", "msg", message, "agent_name", "browser agent", "request_id", run,
            "timestamp", "\(time ?? 1_795_000_000 + Double(seq))", "source", "logger", "level", level, "seq", "\(seq)",
            "kind", "log",
        ]
        if step > 0 { fields += ["step", "\(step)"] }
        try await redis.cli(fields)
    }

    /// Writes the end of a run.
    func end(_ run: String = "r1", seq: Int) async throws {
        let data = #"{"status":"completed","result":"42","steps":2}"#
        try await redis.cli(
            "XADD",
            "browser_use_logs:\(run)",
            "*",
            "msg",
            "over",
            "request_id",
            run,
            "seq",
            "\(seq)",
            "kind",
            "end",
            "timestamp",
            "\(1_795_000_000 + Double(seq))",
            "data",
            data
        )
    }
}

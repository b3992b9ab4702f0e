//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("agent-api with a Redis that accepts no writes")
struct RefusingRedisTests {
    /// Why it accepts none.
    enum Reason: String, CaseIterable, CustomTestStringConvertible {
        case outOfMemory = "its memory is full"
        case readOnly = "it has become a replica"
        case withoutReplicas = "it lacks the replicas that it must have"

        var testDescription: String { rawValue }

        /// What agent-api says.
        var summary: String {
            switch self {
            case .outOfMemory: "Redis is out of memory"
            case .readOnly: "Redis is a replica and does not accept writes"
            case .withoutReplicas: "Redis does not accept writes, because it has too few replicas"
            }
        }

        func begin(_ redis: RedisServer) async throws {
            switch self {
            case .outOfMemory: try await redis.cli("CONFIG", "SET", "maxmemory", "1")
            case .readOnly: try await redis.cli("REPLICAOF", "127.0.0.1", "1")
            case .withoutReplicas: try await redis.cli("CONFIG", "SET", "min-replicas-to-write", "1")
            }
        }

        func end(_ redis: RedisServer) async throws {
            switch self {
            case .outOfMemory: try await redis.cli("CONFIG", "SET", "maxmemory", "0")
            case .readOnly: try await redis.cli("REPLICAOF", "NO", "ONE")
            case .withoutReplicas: try await redis.cli("CONFIG", "SET", "min-replicas-to-write", "0")
            }
        }
    }

    @Test("Says why, begins nothing, and loses no record of a run that goes on", arguments: Reason.allCases)
    func run(_ reason: Reason) async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.url("/slow?ms=1500")) and wait 1 second and go to \(site.url("/links"))"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    try await eventually("the first step") {
                        try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains("Step 1")
                    }
                    try await reason.begin(redis)
                    let refused = try await api.post(#"{"task":"dance","request_id":"r2"}"#)
                    #expect(refused.status == 503, "\(refused.text)")
                    #expect(refused.headers["Retry-After"] != nil)
                    #expect(refused.text.contains(reason.summary), "\(refused.text)")
                    try await eventually("readiness to say so") {
                        let readiness = try await api.get("/readyz")
                        return readiness.status == 503 && readiness.text.contains(reason.summary)
                    }
                    #expect(try await api.get("/healthz").status == 200)
                    // What can be read still can.
                    #expect(try await api.get("/api/agents/r1").status == 200)
                    try await Task.sleep(for: .seconds(4))
                    try await reason.end(redis)

                    #expect(try await api.finishedRun("r1").status == .completed)
                    try await eventually("all records") { try await RunStream(redis, "r1").isWholeAndEnded }
                    #expect(try await api.get("/api/agents/r2").status == 404)
                    try await eventually("readiness") { try await api.get("/readyz").status == 200 }
                    #expect(try await api.post(#"{"task":"dance","request_id":"r3"}"#).status == 200)
                    _ = try await api.finishedRun("r3")
                }
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("agent-api without Redis")
struct RedisAwayTests {
    @Test("Starts, is alive but not ready, says so, starts no runs, and recovers when Redis starts")
    func redisComesLater() async throws {
        try await withRedisServer { redis in
            try await redis.kill()
            try await withAgentAPI(redisURL: redis.url) { api in
                #expect(try await api.get("/healthz").status == 200)
                let readiness = try await api.get("/readyz")
                #expect(readiness.status == 503)
                #expect(readiness.text.contains("Redis cannot be reached"))
                let body = #"{"task":"dance","request_id":"r1"}"#
                let refused = try await api.post(body)
                #expect(refused.status == 503)
                #expect(refused.headers["Retry-After"] != nil)
                #expect(refused.text.contains("Nothing was started"))
                for path in ["/api/agents/r1", "/api/agents"] {
                    let answer = try await api.get(path)
                    #expect(answer.status == 503)
                    #expect(answer.text.contains("Redis cannot be reached"))
                    #expect(!answer.text.contains("started"), "\(answer.text)")
                }

                try await redis.start()
                try await eventually("readiness") { try await api.get("/readyz").status == 200 }
                #expect(try await api.get("/api/agents/r1").status == 404)
                #expect(try await api.post(body).status == 200)
                _ = try await api.finishedRun("r1")
            }
        }
    }

    @Test("Keeps the records of a run until Redis is back, and then writes each once and in order")
    func redisAwayDuringRun() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.url("/slow?ms=1500")) and wait 1 second and go to \(site.url("/links"))"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    try await eventually("the first step") {
                        try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains("Step 1")
                    }
                    redis.suspend()
                    try await Task.sleep(for: .seconds(1))
                    redis.resume()
                    #expect(try await api.finishedRun("r1").status == .completed)
                    try await eventually("all records") { try await RunStream(redis, "r1").isWholeAndEnded }
                }
            }
        }
    }
}

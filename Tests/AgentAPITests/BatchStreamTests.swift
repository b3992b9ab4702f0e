//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("A batch's stream in Redis")
struct BatchStreamTests {
    private static let path = "/api/agents/batch"
    private static let stream = "{browser_use_logs:b}:batch"

    /// The fields of its entries.
    private func entries(_ redis: RedisServer) async throws -> [[String: String]] {
        try await RunStream(redis, key: Self.stream).entries
    }

    private func expectWhole(_ redis: RedisServer, runs: [String]) async throws {
        let entries = try await self.entries(redis)
        #expect(entries.compactMap { $0["batch_seq"].flatMap { Int($0) } } == Array(1...max(1, entries.count)))
        #expect(entries.count { $0["kind"] == "batch_end" } == 1)
        #expect(entries.last?["kind"] == "batch_end")
        for run in runs {
            let stream = try await RunStream(redis, run)
            #expect(stream.isWholeAndEnded)
            #expect(stream.entries.allSatisfy { $0["batch_id"] == "b" })
            let own = entries.filter { $0["request_id"] == run }
            #expect(own.map { $0["msg"] } == stream.entries.map { $0["msg"] })
            #expect(own.map { $0["seq"] } == stream.entries.map { $0["seq"] })
            #expect(own.allSatisfy { $0["run_entry"] != nil })
        }
    }

    @Test("Has each record of each run once, numbered without gaps, and one end that counts the runs")
    func whole() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let tasks = [
                        #"{"task":"go to \#(site.url("/links"))"}"#, #"{"task":"dance"}"#, #"{"task":"sing"}"#,
                    ]
                    let body = #"{"batch_id":"b","tasks":[\#(tasks.joined(separator: ","))]}"#
                    #expect(try await api.post(body, to: Self.path).status == 200)
                    let batch = try await api.finishedBatch("b")
                    #expect(batch.counts == ["completed": 1, "failed": 2])
                    try await expectWhole(redis, runs: ["b.1", "b.2", "b.3"])
                    let end = try await entries(redis).last
                    #expect(
                        end?["data"]
                            == #"{"batch_id":"b","runs":3,"completed":1,"failed":2,"cancelled":0,"timed_out":0}"#
                    )
                    let keys = try await redis.cli("KEYS", "browser_use_logs:*").split(separator: "\n").sorted()
                    #expect(keys == ["browser_use_logs:b.1", "browser_use_logs:b.2", "browser_use_logs:b.3"])
                    for name in ["batch", "batch-state", "batch-runs"] {
                        let left = try await redis.cli("TTL", "{browser_use_logs:b}:\(name)")
                        #expect((86_000...86_400).contains(Int(left) ?? 0))
                    }
                }
            }
        }
    }

    @Test("Of runs posted one by one stays open; posted as a whole it includes those and is sealed")
    func openThenSealed() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                for run in ["x", "y"] {
                    #expect(
                        try await api.post(#"{"task":"dance","request_id":"\#(run)","batch_id":"b"}"#).status == 200
                    )
                    _ = try await api.finishedRun(run)
                }
                let open = try await api.batch("b")
                #expect(!open.isSealed && !open.isOver)
                #expect(open.runs.map(\.requestID.rawValue) == ["x", "y"])
                let body = #"{"batch_id":"b","tasks":[{"task":"dance"}]}"#
                #expect(try await api.post(body, to: Self.path).status == 200)
                let batch = try await api.finishedBatch("b")
                #expect(batch.isSealed)
                #expect(batch.runs.map(\.requestID.rawValue) == ["x", "y", "b.1"])
                try await expectWhole(redis, runs: ["x", "y", "b.1"])

                let late = try await api.post(#"{"task":"dance","request_id":"z","batch_id":"b"}"#)
                #expect(late.status == 409)
                #expect(late.text.contains("is sealed"))
                #expect(try await api.get("/api/agents/z").status == 404)
                // A repeated request for one of its runs gets the same response as before.
                let again = try await api.post(#"{"task":"dance","request_id":"x","batch_id":"b"}"#)
                #expect(again.status == 200)
            }
        }
    }

    @Test("Ends if runs were cancelled before they started, and if the service stops")
    func cancelledRuns() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url, settings: ["AGENT_CONCURRENCY": "1"]) { api in
                    let slow = #"{"task":"go to \#(site.url("/slow?ms=60000"))"}"#
                    let body = #"{"batch_id":"b","tasks":[\#(slow),\#(slow),\#(slow)]}"#
                    #expect(try await api.post(body, to: Self.path).status == 200)
                    try await eventually("the first to begin") { try await api.run("b.1").status == .running }
                    #expect(try await api.get("/api/agents/b.2", method: "DELETE").status == 202)
                    #expect(try await api.finishedRun("b.2").status == .cancelled)
                    #expect(try await api.get("/api/agents/b.1", method: "DELETE").status == 202)
                    #expect(try await api.get("/api/agents/b.3", method: "DELETE").status == 202)
                    let batch = try await api.finishedBatch("b")
                    #expect(batch.counts == ["cancelled": 3])
                }
                try await expectWhole(redis, runs: ["b.1", "b.2", "b.3"])
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Values in Redis may have been written by anyone.
@Suite("Invalid numbers in Redis")
struct HostileNumberTests {
    private static let numbers = [
        "9223372036854775807", "-9223372036854775808", "9007199254740992", "18446744073709551616", "-1", "1e3", "1.5",
        "nan",
        "", "no number",
    ]

    @Test("An unfinished run whose counter is out of range gets its one end, numbered after its last record")
    func endsRuns() async throws {
        try await withRedisServer { redis in
            for (index, number) in (Self.numbers + ["6"]).enumerated() {
                try await redis.cli("SET", "{browser_use_logs:empty\(index)}:seq", number)
                try await redis.cli("SET", "{browser_use_logs:full\(index)}:seq", number)
                let key = "browser_use_logs:full\(index)"
                try await redis.cli("XADD", key, "*", "msg", "one", "seq", "6", "step", "2")
                try await redis.cli("XADD", key, "*", "msg", "two", "seq", number, "step", number)
                try await redis.cli("ZADD", "{browser_use_logs}:unfinished", "0", "empty\(index)", "0", "full\(index)")
            }
            try await withAgentAPI(redisURL: redis.url, settings: ["AGENT_LEASE_SECONDS": "1"]) { api in
                try await eventually("the ends of all runs") {
                    try await redis.cli("ZCARD", "{browser_use_logs}:unfinished") == "0"
                }
                for (index, number) in Self.numbers.enumerated() {
                    let empty = try await RunStream(redis, "empty\(index)")
                    #expect(empty.entries.map { $0["seq"] } == ["1"], "\(number)")
                    #expect(empty.ends == 1)
                    let full = try await RunStream(redis, "full\(index)")
                    #expect(full.entries.last?["seq"] == "7", "\(number)")
                    #expect(full.entries.last?["data"]?.contains(#""steps":2"#) == true, "\(full.entries)")
                    #expect(full.ends == 1)
                    #expect(try await redis.cli("GET", "{browser_use_logs:full\(index)}:seq") == "7")
                }
                let intact = try await RunStream(redis, "empty\(Self.numbers.count)")
                #expect(intact.entries.map { $0["seq"] } == ["7"])
                #expect(try await api.get("/healthz").status == 200)
            }
        }
    }

    @Test(
        "A run of a batch continues if a number of either is out of range",
        arguments: ["9223372036854775807", "none"]
    )
    func countsOn(number: String) async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let state = "{browser_use_logs:b1}:batch-state"
                    try await redis.cli(
                        "HSET",
                        state,
                        "seq",
                        number,
                        "runs",
                        number,
                        "ended",
                        number,
                        "completed",
                        number
                    )
                    let task = "go to \(site.url("/links")) and wait 2 seconds and go to \(site.url("/links"))"
                    let body = #"{"task":"\#(task)","request_id":"r1","batch_id":"b1"}"#
                    #expect(try await api.post(body).status == 200)
                    try await eventually("the second step") {
                        try await RunStream(redis, "r1").messages.contains { $0.contains("Step 2:") }
                    }
                    let before = try await RunStream(redis, "r1").entries.count
                    try await redis.cli("SET", "{browser_use_logs:r1}:seq", number)
                    #expect(try await api.finishedRun("r1").status == .completed)
                    let stream = try await RunStream(redis, "r1")
                    #expect(stream.isWholeAndEnded, "\(stream.entries)")
                    #expect(stream.entries.count > before)
                    let entries = try await RunStream(redis, key: "{browser_use_logs:b1}:batch").entries
                    #expect(entries.map { $0["batch_seq"] } == (1...stream.entries.count).map { "\($0)" })
                    #expect(try await redis.cli("HGET", state, "ended") == "1")
                }
            }
        }
    }

    @Test("An invalid member of the workers does not prevent runs from being added")
    func ignoresForeignWorkers() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url, settings: ["AGENT_CONCURRENCY": "1", "AGENT_QUEUE_LIMIT": "1"])
            { api in
                for worker in ["nonsense", "", ":", "99999999999999999999:x", "-5:y"] {
                    try await redis.cli("ZADD", "{browser_use_logs}:workers", "9999999999999", worker)
                }
                try await redis.cli("SET", "{browser_use_logs}:home:s1", "nonsense")
                let body = #"{"task":"wait 1 second","request_id":"r1","session_id":"s1"}"#
                #expect(try await api.post(body).status == 200)
                #expect(try await api.finishedRun("r1").status == .completed)
            }
        }
    }
}

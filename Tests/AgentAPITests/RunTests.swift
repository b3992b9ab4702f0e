//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Runs without a browser, over a limit, or cancelled.
@Suite("A run", .serialized)
struct RunTests {
    @Test("Without a browser ends failed, and its log names the package to install")
    func noBrowser() async throws {
        try await withRedisServer { redis in
            let settings = ["BROWSER_PATH": "/nonexistent/chromium"]
            try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                #expect(try await api.post(#"{"task":"go to example.com","request_id":"r1"}"#).status == 200)
                let run = try await api.finishedRun("r1")
                #expect(run.status == .failed)
                try await eventually("the end record") {
                    try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains("\nend\n")
                }
                let log = try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+")
                #expect(log.contains("apt-get install chromium"), "\(log)")
                #expect(log.contains("\nERROR\n"))
            }
        }
    }

    @Test("Is cancelled within a second, also during a page load, and its end record says so")
    func cancel() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.url("/slow?ms=30000"))"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    try await eventually("the page load to begin") {
                        try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains("navigate: url")
                    }
                    let clock = ContinuousClock()
                    let start = clock.now
                    #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .cancelled)
                    // One second is promised. It must not wait for the page, however busy the machine is.
                    #expect(clock.now - start < .seconds(25))
                    #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 200)
                }
            }
        }
    }

    @Test("That takes longer than allowed ends timed out")
    func timeout() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.url("/slow?ms=30000"))"
                    let body = #"{"task":"\#(task)","request_id":"r1","timeout_seconds":1}"#
                    #expect(try await api.post(body).status == 200)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .timedOut)
                    #expect(run.error?.contains("1 s") == true)
                }
            }
        }
    }

    @Test("Ends timed out when one of its steps takes longer than allowed")
    func stepTimeout() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                // Enough for the browser to start on a busy machine, which counts as a step too.
                let settings = ["AGENT_STEP_TIMEOUT_SECONDS": "12"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    // Each of the first steps is short enough; together they are not.
                    let task =
                        "go to \(site.url("/links")) and wait 5 seconds and wait 5 seconds and wait 5 seconds and "
                        + "go to \(site.url("/never/answers"))"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .timedOut)
                    #expect(run.error == "step 5 took longer than 12 s")
                }
            }
        }
    }

    @Test("Reports its current step while it runs, also in Redis, as soon as the step has a record")
    func steps() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let task = "go to \(site.url("/links")) and wait 300 seconds"
                    #expect(try await api.post(#"{"task":"\#(task)","request_id":"r1"}"#).status == 200)
                    try await eventually("a record of the second step") {
                        try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+").contains("Step 2")
                    }
                    // The same script has written both.
                    let run = try await api.run("r1")
                    #expect(run.steps == 2)
                    #expect(run.status == .running)
                    #expect(run.startedAt != nil)
                    let stored = try await redis.cli("HGET", "{browser_use_logs:r1}:run", "run")
                    #expect(stored.contains(#""steps":2"#))
                    #expect(try await redis.cli("TTL", "{browser_use_logs:r1}:run").contains("86"))
                    #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
                    let ended = try await api.finishedRun("r1")
                    #expect(ended.status == .cancelled)
                    #expect(ended.steps == 2)
                }
            }
        }
    }

    @Test("Is accepted whatever else is among the workers, and that is removed")
    func malformedWorkers() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let workers = "{browser_use_logs}:workers"
                for member in ["nonsense", "x:y", "3", ":p"] {
                    _ = try await redis.cli("ZADD", workers, "99999999999999", member)
                }
                let answer = try await api.post(#"{"task":"dance","request_id":"r1"}"#)
                #expect(answer.status == 200, "\(answer.text)")
                let left = try await redis.cli("ZRANGE", workers, "0", "-1").split(separator: "\n")
                #expect(left.allSatisfy { $0.hasPrefix("2:") }, "\(left)")
                #expect(try await api.finishedRun("r1").status == .failed)
            }
        }
    }

    @Test("Waits for its turn, and is rejected with 429 if too many wait")
    func queue() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                let settings = ["AGENT_CONCURRENCY": "1", "AGENT_QUEUE_LIMIT": "1"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    func body(_ id: String) -> String {
                        #"{"task":"go to \#(site.url("/slow?ms=30000"))","request_id":"\#(id)"}"#
                    }
                    #expect(try await api.post(body("r1")).status == 200)
                    // A run that has not started when the service ends would be left to others.
                    try await eventually("the first to begin") { try await api.run("r1").status == .running }
                    #expect(try await api.post(body("r2")).status == 200)
                    let refused = try await api.post(body("r3"))
                    #expect(refused.status == 429)
                    #expect(refused.headers["Retry-After"] == "5")
                    #expect(try await api.post(body("r1")).status == 200, "a known run needs no place")
                    #expect(try await api.get("/api/agents/r3").status == 404)
                    #expect(try await api.run("r2").status == .queued)
                    // A waiting run can be cancelled too, which frees its place.
                    #expect(try await api.get("/api/agents/r2", method: "DELETE").status == 202)
                    #expect(try await api.finishedRun("r2").status == .cancelled)
                    #expect(try await api.post(body("r3")).status == 200)
                }
                // The service has ended: its running run says so, and the waiting run waits for another process.
                let entries = try await redis.cli("XREVRANGE", "browser_use_logs:r1", "+", "-", "COUNT", "1")
                #expect(entries.contains("the service was shut down"), "\(entries)")
                #expect(try await redis.cli("EXISTS", "browser_use_logs:r3") == "0")
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    try await eventually("another to begin it") { try await api.run("r3").status == .running }
                }
            }
        }
    }
}

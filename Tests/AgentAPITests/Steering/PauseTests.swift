//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

/// Runs that people hold, with a real browser and a real Redis.
@Suite("A run that is paused")
struct PauseTests {
    private func withRun(
        _ task: (DemoSiteServer) -> String,
        fields: String = "",
        _ body: (RedisServer, RunningAgentAPI) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url) { api in
                    let posted = #"{"task":"\#(task(site))","request_id":"r1"\#(fields)}"#
                    #expect(try await api.post(posted).status == 200)
                    try await body(redis, api)
                }
            }
        }
    }

    private func step(_ step: Int, of api: RunningAgentAPI) async throws {
        try await eventually("step \(step)") { try await api.run("r1").steps >= step }
    }

    private func status(_ status: RunStatus, of api: RunningAgentAPI) async throws {
        try await eventually("the run to be \(status)") { try await api.run("r1").status == status }
    }

    /// The records of kind `status`.
    private func changes(_ redis: RedisServer) async throws -> [[String: String]] {
        try await RunStream(redis, "r1").entries.filter { $0["kind"] == "status" }
    }

    @Test("Does nothing more, keeps its time, and goes on where it was, by whichever process is asked")
    func pauses() async throws {
        let waits = (1...4).map { _ in "wait 1 second" }.joined(separator: " and ")
        let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and \(waits)" }
        try await withRun(task, fields: #","timeout_seconds":12"#) {
            redis,
            api in
            try await withAgentAPI(redisURL: redis.url, settings: ["AGENT_CONCURRENCY": "1"]) { other in
                try await step(2, of: api)
                let asked = Timestamp.now()
                #expect([200, 202].contains(try await other.get("/api/agents/r1/pause", method: "POST").status))
                try await status(.paused, of: other)
                let change = try #require(try await changes(redis).first)
                let data = try JSONValue(parsing: try #require(change["data"]).utf8)
                #expect(data["status"]?.string == "paused")
                #expect(data["reason"]?.string == "by a person")
                let delay = try #require(change["timestamp"].flatMap { Double($0) }) * 1000 - Double(asked.milliseconds)
                print("paused after \(delay) ms")
                // What it was about to do may still be told.
                try await Task.sleep(for: .seconds(1.5))
                let before = try await RunStream(redis, "r1").entries.count
                // Longer than its time limit would allow.
                try await Task.sleep(for: .seconds(7))
                #expect(try await RunStream(redis, "r1").entries.count == before)
                // Repeated calls are harmless.
                #expect(try await api.get("/api/agents/r1/pause", method: "POST").status == 200)
                #expect(try await changes(redis).count == 1)
                #expect(try await api.get("/api/agents/r1/resume", method: "POST").status < 300)
                #expect(try await api.get("/api/agents/r1/resume", method: "POST").status < 300)
                let run = try await api.finishedRun("r1")
                #expect(run.status == .completed)
                let stream = try await RunStream(redis, "r1")
                #expect(stream.isWholeAndEnded)
                #expect(try await changes(redis).count == 2)
                for action in ["pause", "resume"] {
                    let late = try await api.get("/api/agents/r1/\(action)", method: "POST")
                    #expect(late.status == 409)
                    #expect(late.text.contains("is over"))
                    #expect(try await api.get("/api/agents/r2/\(action)", method: "POST").status == 404)
                }
            }
        }
    }

    @Test("Can be cancelled")
    func cancelled() async throws {
        let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and wait 30 seconds" }
        try await withRun(task) { _, api in
            try await step(2, of: api)
            #expect(try await api.get("/api/agents/r1/pause", method: "POST").status < 300)
            try await status(.paused, of: api)
            #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
            #expect(try await api.finishedRun("r1").status == .cancelled)
        }
    }

    @Test("Before it begins does not act before it goes on")
    func queued() async throws {
        let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and wait 2 seconds" }
        try await withRun(task, fields: #","session_id":"s""#) {
            redis,
            api in
            let second = #"{"task":"go to http://127.0.0.1:1/","request_id":"r2","session_id":"s"}"#
            #expect(try await api.post(second).status == 200)
            #expect(try await api.get("/api/agents/r2/pause", method: "POST").status == 202)
            #expect(try await api.finishedRun("r1").status == .completed)
            try await eventually("r2 to be held") { try await api.run("r2").status == .paused }
            #expect(try await RunStream(redis, "r2").messages.allSatisfy { !$0.contains("Step 1") })
            #expect(try await api.get("/api/agents/r2/resume", method: "POST").status < 300)
            #expect(try await api.finishedRun("r2").status == .failed)
        }
    }

    @Test("While its model thinks does not do what the model says before it goes on")
    func model() async throws {
        let policy: ScriptedModelServer.Policy = { turn in
            if turn.number == 1 {
                try await Task.sleep(for: .seconds(2))
                return .answer(
                    #"{"evaluation_previous_goal":"","memory":"","next_goal":"Wait","action":[{"wait":{"seconds":1}}]}"#
                )
            }
            return .answer(
                #"{"evaluation_previous_goal":"Success","memory":"","next_goal":"","action":[{"done":{"text":"ok","success":true}}]}"#
            )
        }
        try await withRedisServer { redis in
            try await ScriptedModelServer.with(policy) { server in
                let settings = ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "m"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    #expect(try await api.post(#"{"task":"Wait a little","request_id":"r1"}"#).status == 200)
                    try await eventually("the model to be asked") { !server.turns.isEmpty }
                    #expect(try await api.get("/api/agents/r1/pause", method: "POST").status < 300)
                    try await status(.paused, of: api)
                    let before = try await RunStream(redis, "r1").entries.count
                    // The model has answered by then.
                    try await Task.sleep(for: .seconds(3))
                    #expect(try await RunStream(redis, "r1").entries.count == before)
                    #expect(try await api.get("/api/agents/r1/resume", method: "POST").status < 300)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .completed, "\(run)")
                }
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import HTTPStream
import JSON
import ServiceTesting
import TestSupport
import Testing

/// Runs whose steps a model plans, from the request to the record of their end.
@Suite("A run that a model plans", .serialized)
struct ModelRunTests {
    @Test(
        "Is planned by a configured model by default, logs its steps, and counts the tokens",
        arguments: ModelTurn.Wire.all
    )
    func signsIn(_ wire: ModelTurn.Wire) async throws {
        try await withDemoSite { site in
            try await ScriptedModelServer.with { turn in
                #expect(turn.wire == wire)
                switch turn.number {
                case 1: return .navigate(site.url("/login"))
                case 2:
                    return .decide(
                        try turn.input("email", "ada@example.com"),
                        try turn.input("password", "correct horse"),
                        try turn.click("Sign in")
                    )
                default: return turn.text.contains("Welcome, Ada") ? .done("Signed in as Ada") : .done(success: false)
                }
            } body: { server in
                try await withRedisServer { redis in
                    try await withAgentAPI(redisURL: redis.url, settings: ModelTaskRun.settings(wire, at: server)) {
                        api in
                        let body = #"{"task":"Sign in as Ada","request_id":"r1"}"#
                        #expect(try await api.post(body).status == 200)
                        let run = try await api.finishedRun("r1")
                        #expect(run.status == .completed)
                        #expect(run.result == "Signed in as Ada")
                        #expect(run.steps == 3)
                        let usage = TokenUsage(input: 300, cachedInput: wire == .anthropic ? 180 : 0, output: 30)
                        #expect(run.usage == usage)
                        let stream = try await RunStream(redis, "r1")
                        #expect(stream.isWholeAndEnded)
                        #expect(stream.messages.contains("🤖 Model: scripted"))
                        #expect(stream.messages.count { $0.hasPrefix("🧮 Tokens: 300 read") } == 1)
                        let end = try JSONValue(parsing: (stream.entries.last?["data"] ?? "").utf8)
                        #expect(RunOutcome(data: end).usage == usage)
                    }
                }
            }
        }
    }

    @Test("Needs no key if the server requires none")
    func localServer() async throws {
        try await ScriptedModelServer.with { turn in
            #expect(turn.headers["authorization"] == nil)
            return .done("Hello")
        } body: { server in
            try await withRedisServer { redis in
                let settings = ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "llama"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    #expect(
                        try await api.post(#"{"task":"Say hello","request_id":"r1","planner":"llm"}"#).status == 200
                    )
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .completed)
                    #expect(run.result == "Hello")
                }
            }
        }
    }

    @Test("Is rejected at once if there is no model, with what to set")
    func missingModel() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let body = #"{"task":"Say hello","request_id":"r1","planner":"llm"}"#
                let answer = try await api.post(body)
                #expect(answer.status == 422)
                #expect(answer.text.contains("set OPENAI_API_KEY or ANTHROPIC_API_KEY"))
                let batch = try await api.post(#"{"batch_id":"b","tasks":[\#(body)]}"#, to: "/api/agents/batch")
                #expect(batch.status == 422)
                #expect(batch.text.contains("tasks[0].planner"))
                // Plain instructions need no model.
                #expect(try await api.post(#"{"task":"Say hello","request_id":"r2","planner":"auto"}"#).status == 200)
            }
        }
    }

    @Test("Is not planned by the model if plain instructions are requested")
    func instructions() async throws {
        try await ScriptedModelServer.with { _ in
            .done("Hello")
        } body: { server in
            try await withRedisServer { redis in
                let settings = ModelTaskRun.settings(.openAI, at: server)
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let body = #"{"task":"Say hello","request_id":"r1","planner":"instructions"}"#
                    #expect(try await api.post(body).status == 200)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .failed)
                    #expect(run.usage == nil)
                    #expect(server.turns.isEmpty)
                }
            }
        }
    }

    @Test("Is cancelled while the model is silent, and disconnects from its server")
    func cancel() async throws {
        try await ScriptedModelServer.with { _ in
            .hang
        } body: { server in
            try await withRedisServer { redis in
                let settings = ModelTaskRun.settings(.openAI, at: server)
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    #expect(try await api.post(#"{"task":"Wait","request_id":"r1"}"#).status == 200)
                    try await eventually("the model to be asked") { server.turns.count == 1 }
                    #expect(server.openConnections == 1)
                    let clock = ContinuousClock()
                    let start = clock.now
                    #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .cancelled)
                    #expect(run.usage == TokenUsage())
                    // One second is promised; waiting for the model would take two minutes.
                    #expect(clock.now - start < .seconds(25))
                    try await eventually("the connection to be closed") { server.openConnections == 0 }
                    #expect(server.turns.count == 1)
                }
            }
        }
    }

    @Test("Ends with the service, also while the model is silent")
    func shutDown() async throws {
        try await ScriptedModelServer.with { _ in
            .hang
        } body: { server in
            try await withRedisServer { redis in
                let settings = ModelTaskRun.settings(.anthropic, at: server)
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    #expect(try await api.post(#"{"task":"Wait","request_id":"r1"}"#).status == 200)
                    try await eventually("the model to be asked") { server.turns.count == 1 }
                }
                let stream = try await RunStream(redis, "r1")
                #expect(stream.isWholeAndEnded)
                #expect(stream.messages.contains("❌ Stopped: the service was shut down"))
                #expect(stream.messages.contains("🧮 Tokens: 0 read, 0 written"))
                try await eventually("the connection to be closed") { server.openConnections == 0 }
            }
        }
    }

    @Test("Ends timed out while the model is silent", arguments: [true, false])
    func timeout(ofTheRun: Bool) async throws {
        let outcome = try await ModelTaskRun.post(
            "Wait",
            // Long enough for a browser to start on a busy machine.
            fields: ofTheRun ? ["timeout_seconds": 5] : [:],
            settings: ofTheRun ? [:] : ["AGENT_STEP_TIMEOUT_SECONDS": "5"]
        ) { _, _ in .hang }
        #expect(outcome.run.status == .timedOut)
        // None where the browser alone took that long, which is before the first step.
        #expect(outcome.turns.count <= 1)
        let slow = ofTheRun ? ["the run"] : outcome.turns.isEmpty ? ["the wait for a browser", "step 1"] : ["step 1"]
        let errors = slow.map { "\($0) took longer than 5 s" }
        #expect(errors.contains(outcome.run.error ?? ""), "\(outcome.run)")
        #expect(outcome.stream.isWholeAndEnded)
    }

    @Test("Never shows the key in the program's output, whatever happens")
    func keepsKeys() async throws {
        let key = "sk-never-to-be-seen-0123456789"
        let directory = try TemporaryDirectory(prefix: "stepcast-keys")
        defer { directory.remove() }
        let file = directory.file("key")
        try Data("\(key)\n".utf8).write(to: URL(filePath: file))
        try await ScriptedModelServer.with { turn in
            turn.number == 1
                ? .failure(500, "the key \(key) is fine, the server is not")
                : .failure(401, "Incorrect API key provided: \(key)")
        } body: { server in
            try await withRedisServer { redis in
                let client = HTTPClient()
                // Empty, so that a developer's own settings are not used.
                let settings = [
                    "OPENAI_BASE_URL": server.url, "OPENAI_API_KEY_FILE": file, "ANTHROPIC_API_KEY": key,
                    "OPENAI_API_KEY": "", "ANTHROPIC_API_KEY_FILE": "", "LOG_LEVEL": "trace",
                ]
                let agent = try await AgentAPIProcess(
                    redis: redis,
                    directory: directory,
                    settings: settings,
                    client: client
                )
                #expect(try await agent.api.post(#"{"task":"Say hello","request_id":"r1"}"#).status == 200)
                let run = try await agent.api.finishedRun("r1")
                #expect(run.status == .failed)
                #expect(run.error?.contains("Incorrect API key provided: ••••") == true, "\(run)")
                #expect(server.turns.last?.headers["authorization"] == "Bearer \(key)")
                agent.process.signal(SIGTERM)
                _ = try await agent.process.waitForExit()
                await client.shutdown()
                let output = agent.process.output
                #expect(output.contains("OPENAI_API_KEY_FILE=\(file)"))
                #expect(output.contains("ANTHROPIC_API_KEY=***"))
                #expect(!output.contains("never-to-be-seen"))
                let stored = try await redis.cli("XRANGE", "browser_use_logs:r1", "-", "+")
                #expect(!stored.contains("never-to-be-seen"))
                #expect(!run.json.contains("never-to-be-seen".utf8))
            }
        }
    }
}

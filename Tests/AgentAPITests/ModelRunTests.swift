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

/// Runs whose steps a model plans, from the request to the record of their end.
@Suite("A run that a model plans", .serialized)
struct ModelRunTests {
    /// The settings for a scripted model.
    static func settings(_ wire: ModelTurn.Wire, at server: ScriptedModelServer) -> [String: String] {
        switch wire {
        case .openAI:
            ["OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-scripted-key-0001", "OPENAI_MODEL": "scripted"]
        case .anthropic:
            [
                "ANTHROPIC_BASE_URL": server.url, "ANTHROPIC_API_KEY": "sk-scripted-key-0001",
                "ANTHROPIC_MODEL": "scripted",
            ]
        }
    }

    @Test(
        "Is the model's by itself where there is one, tells its steps, and counts the tokens",
        arguments: [ModelTurn.Wire.openAI, .anthropic]
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
                    try await withAgentAPI(redisURL: redis.url, settings: Self.settings(wire, at: server)) { api in
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

    @Test("Needs no key where the server wants none")
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

    @Test("Is refused at once where there is no model, with what to set")
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
                // Plain instructions are understood without one.
                #expect(try await api.post(#"{"task":"Say hello","request_id":"r2","planner":"auto"}"#).status == 200)
            }
        }
    }

    @Test("Is none where plain instructions are asked for, though there is a model")
    func instructions() async throws {
        try await ScriptedModelServer.with { _ in
            .done("Hello")
        } body: { server in
            try await withRedisServer { redis in
                let settings = Self.settings(.openAI, at: server)
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
}

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

/// Runs that ask people, with a real browser and a real Redis.
@Suite("A run that asks a person")
struct QuestionTests {
    private func withRun(
        _ task: (DemoSiteServer) -> String,
        settings: [String: String] = [:],
        fields: String = "",
        _ body: (RedisServer, RunningAgentAPI) async throws -> Void
    ) async throws {
        try await withRedisServer { redis in
            try await withDemoSite { site in
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let posted: JSONValue = ["task": .string(task(site)), "request_id": "r1"]
                    let text = String(posted.text.dropLast()) + fields + "}"
                    #expect(try await api.post(text).status == 200)
                    try await body(redis, api)
                }
            }
        }
    }

    private func question(of api: RunningAgentAPI) async throws -> WaitingFor {
        try await eventually("a question of the run") {
            let run = try await api.run("r1")
            return run.status == .waiting ? run.waitingFor : nil
        }
    }

    private func answer(_ body: String, _ api: RunningAgentAPI) async throws -> HTTPClient.Response {
        try await api.post(body, to: "/api/agents/r1/answer")
    }

    @Test("Goes on with the first answer; another one, a late one, and one of the other kind are refused")
    func answered() async throws {
        let task: (DemoSiteServer) -> String = { site in
            "go to \(site.url("/login"))\nask me for my user name\ntype my answer into Email\nread the title"
        }
        try await withRun(task, fields: #","timeout_seconds":30"#) { redis, api in
            let question = try await self.question(of: api)
            #expect(question.kind == .answer)
            #expect(question.question == "My user name?")
            #expect(try await answer(#"{"approved":true}"#, api).status == 422)
            async let first = answer(#"{"text":"ada"}"#, api)
            async let second = answer(#"{"text":"bob"}"#, api)
            let statuses = [try await first.status, try await second.status].sorted()
            #expect(statuses == [202, 409])
            let run = try await api.finishedRun("r1")
            #expect(run.status == .completed, "\(run)")
            #expect(run.waitingFor == nil)
            let messages = try await RunStream(redis, "r1").messages
            #expect(messages.contains("🙋 My user name?"), "\(messages)")
            #expect(messages.contains { $0 == "🧑 Answered: ada" || $0 == "🧑 Answered: bob" })
            let late = try await answer(#"{"text":"eve"}"#, api)
            #expect(late.status == 409)
            #expect(late.text.contains("is over"))
            // An answer is not kept.
            #expect(try await redis.cli("HGET", "{browser_use_logs:r1}:run", "answer").isEmpty)
        }
    }

    @Test("For a code does not show it")
    func secret() async throws {
        let task: (DemoSiteServer) -> String = { site in
            "go to \(site.url("/login"))\nask me for the code\ntype my answer into Email"
        }
        try await withRun(task) { redis, api in
            _ = try await question(of: api)
            #expect(try await answer(#"{"text":"734911"}"#, api).status == 202)
            #expect(try await api.finishedRun("r1").status == .completed)
            let messages = try await RunStream(redis, "r1").messages
            #expect(messages.allSatisfy { !$0.contains("734911") }, "\(messages)")
        }
    }

    @Test("To approve something goes on when it is approved, and fails when it is not", arguments: [true, false])
    func approval(_ isApproved: Bool) async throws {
        let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and wait for my approval" }
        try await withRun(task) { redis, api in
            #expect(try await question(of: api).kind == .approval)
            #expect(try await answer(#"{"text":"yes"}"#, api).status == 422)
            #expect(try await answer(#"{"approved":\#(isApproved)}"#, api).status == 202)
            let run = try await api.finishedRun("r1")
            #expect(run.status == (isApproved ? .completed : .failed))
            if !isApproved { #expect(run.error?.contains("not approved") == true) }
        }
    }

    @Test("Fails when nobody answers in time, and tells its webhook that it waits")
    func unanswered() async throws {
        try await WebhookReceiver.with { receiver in
            let settings = ["AGENT_ANSWER_TIMEOUT_SECONDS": "2"]
            let fields = #","webhook":{"url":"\#(receiver.url)","events":["run.waiting"]}"#
            let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and ask me for a number" }
            try await withRun(task, settings: settings, fields: fields) { redis, api in
                let run = try await api.finishedRun("r1")
                #expect(run.status == .failed)
                #expect(run.error?.contains("nobody has answered") == true)
                let request = try await receiver.untilRequests(1)[0]
                let payload = try JSONValue(parsing: request.body.utf8)
                #expect(payload["type"]?.string == "run.waiting")
                #expect(payload["data"]?["waiting_for"]?["question"]?.string == "A number?")
                #expect(receiver.requests.count == 1)
            }
        }
    }

    @Test("That was not asked takes no answer; what is no answer is refused", arguments: ["{}", "[]", #"{"text":""}"#])
    func invalid(_ body: String) async throws {
        let task: (DemoSiteServer) -> String = { "go to \($0.url("/links")) and wait 20 seconds" }
        try await withRun(task) { _, api in
            try await eventually("a step") { try await api.run("r1").steps >= 2 }
            #expect(try await answer(body, api).status == 422)
            #expect(try await answer(#"{"text":"a","approved":true}"#, api).status == 422)
            let early = try await answer(#"{"text":"a"}"#, api)
            #expect(early.status == 409)
            #expect(early.text.contains("does not wait"))
            // No model could be told.
            let told = try await api.post(#"{"text":"faster"}"#, to: "/api/agents/r1/messages")
            #expect(told.status == 409)
            #expect(try await api.get("/api/agents/r1", method: "DELETE").status == 202)
        }
    }

    @Test("By its model gives it the answer, and what people add to the task")
    func model() async throws {
        let policy: ScriptedModelServer.Policy = { turn in
            switch turn.number {
            case 1: return .decide(["ask_human": ["question": "Which colour?"]])
            case 2: return .decide(["wait": ["seconds": 3]])
            default: return .done("ok")
            }
        }
        try await withRedisServer { redis in
            try await ScriptedModelServer.with(policy) { server in
                let settings = ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "m"]
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    #expect(try await api.post(#"{"task":"Paint it","request_id":"r1"}"#).status == 200)
                    #expect(try await question(of: api).question == "Which colour?")
                    #expect(try await answer(#"{"text":"vermilion"}"#, api).status == 202)
                    try await eventually("the model to know") {
                        server.requests.contains { $0.body.contains("vermilion") }
                    }
                    let told = try await api.post(#"{"text":"and make it shine"}"#, to: "/api/agents/r1/messages")
                    #expect(told.status == 202, "\(told.text)")
                    let run = try await api.finishedRun("r1")
                    #expect(run.status == .completed, "\(run)")
                    #expect(run.planner == .llm)
                    #expect(server.requests.last?.body.contains("make it shine") == true)
                    let messages = try await RunStream(redis, "r1").messages
                    #expect(messages.contains("🧑 Answered: vermilion"), "\(messages)")
                    #expect(messages.contains("🧑 Message: and make it shine"), "\(messages)")
                }
            }
        }
    }

    @Test("By its model for a code shows the code nowhere", arguments: ["734911", "829"])
    func modelSecret(_ code: String) async throws {
        try await withDemoSite { site in
            let policy: ScriptedModelServer.Policy = { turn in
                switch turn.number {
                case 1: return .decide(["navigate": ["url": .string(site.url("/login"))]])
                case 2: return .decide(["ask_human": ["question": "Which code was sent to you?"]])
                case 3: return .decide(["send_keys": ["keys": .string(code)]])
                case 4: return .decide(["find_text": ["text": .string("code \(code)")]])
                default: return .done("The code \(code) was typed")
                }
            }
            try await withRedisServer { redis in
                try await ScriptedModelServer.with(policy) { server in
                    let settings = ["OPENAI_BASE_URL": server.url, "OPENAI_MODEL": "m"]
                    try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        #expect(try await api.post(#"{"task":"Sign in","request_id":"r1"}"#).status == 200)
                        #expect(try await question(of: api).isSecret)
                        #expect(try await answer(#"{"text":"\#(code)"}"#, api).status == 202)
                        let run = try await api.finishedRun("r1")
                        #expect(run.result == "The code •••• was typed", "\(run)")
                        let messages = try await RunStream(redis, "r1").messages
                        #expect(messages.contains("🧑 Answered; the text is not shown"), "\(messages)")
                        let typed = messages.first { $0.contains("send_keys") }
                        #expect(typed?.contains("••••") == true, "\(messages)")
                        // Wherever Redis has anything of the run.
                        for key in try await redis.cli("KEYS", "*r1*").split(separator: "\n").map(String.init) {
                            let kind = try await redis.cli("TYPE", key)
                            let text =
                                switch kind {
                                case "stream": try await redis.cli("XRANGE", key, "-", "+")
                                case "hash": try await redis.cli("HGETALL", key)
                                default: ""
                                }
                            let words = text.split { !$0.isLetter && !$0.isNumber }
                            #expect(!words.contains { $0 == code }, "\(key): \(text)")
                        }
                    }
                }
            }
        }
    }
}

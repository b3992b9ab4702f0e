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

/// Runs of a model that are done again by instructions.
@Suite("What a model's run did", .serialized)
struct RepeatedRunTests {
    private static let password = "correct horse"

    /// A site, a model, and an agent-api that has it.
    private struct Scene: Sendable {
        var site: DemoSiteServer
        var server: ScriptedModelServer
        var api: RunningAgentAPI
        var redis: RedisServer

        var secrets: JSONValue {
            [site.url(""): ["x_password": .string(RepeatedRunTests.password)]]
        }

        func run(_ name: String, _ fields: [String: JSONValue]) async throws -> Run {
            let body = fields.merging(["request_id": .string(name)]) { $1 }
            let answer = try await api.post(JSONValue.object(body).text)
            guard answer.status == 200 else { throw TestFailure("the task was refused: \(answer.text)") }
            return try await api.finishedRun(name)
        }

        func instructions(_ name: String, accept: String = "*/*") async throws -> HTTPClient.Response {
            try await api.client.request(
                HTTPClient.Request(api.url("/api/agents/\(name)/instructions"), headers: ["Accept": accept])
            )
        }
    }

    private func withScene(
        _ policy: @escaping @Sendable (DemoSiteServer, ModelTurn) async throws -> ModelReply,
        _ body: (Scene) async throws -> Void
    ) async throws {
        try await withDemoSite { site in
            try await ScriptedModelServer.with { turn in
                try await policy(site, turn)
            } body: { server in
                try await withRedisServer { redis in
                    let settings = ModelTaskRun.settings(.openAI, at: server)
                    try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        try await body(Scene(site: site, server: server, api: api, redis: redis))
                    }
                }
            }
        }
    }

    /// What the page must show when all is done.
    private static let checks = """
        Make sure the page shows "Booked: Tower on no day"
        Make sure that "Tea" is checked
        Make sure that "Card" is checked
        Make sure that "Invoice" is not checked
        """

    /// Signs in with a secret, books a room and answers a question.
    private static let policy: @Sendable (DemoSiteServer, ModelTurn) async throws -> ModelReply = { site, turn in
        if turn.text.contains("has failed") {
            // The instructions say it too, in quotation marks.
            return turn.text.contains("on no day\n") ? .done("Booked") : .decide(try turn.click(">Book"))
        }
        switch turn.number {
        case 1: return .navigate(site.url("/login"))
        case 2:
            return .decide(
                try turn.input("email", "ada@example.com"),
                try turn.input("password", "<secret>x_password</secret>"),
                ["send_keys": ["keys": "Enter"]]
            )
        case 3: return .navigate(site.url("/controls"))
        case 4:
            return .decide(
                try turn.input("Guests", "7"),
                ["select_dropdown": ["index": .integer(Int64(try turn.index("<select", "Room"))), "text": "Tower"]],
                try turn.click("Tea"),
                try turn.click("Card"),
                try turn.input("Wishes", "A \"quiet\" corner, please")
            )
        case 5: return .decide(["scroll": ["down": true, "pages": 10]])
        case 6: return .decide(try turn.click(">Book"))
        case 7: return .decide(["search_page": ["pattern": "booked"]])
        default: return .done("Booked")
        }
    }

    @Test("Can be read as instructions, and done again without a model, to the same end")
    func repeats() async throws {
        try await withScene(Self.policy) { scene in
            let fields: [String: JSONValue] = [
                "task": "Book the tower\nfor seven", "sensitive_data": scene.secrets,
            ]
            let first = try await scene.run("first", fields)
            #expect(first.status == .completed, "\(first)")
            let answer = try await scene.instructions("first")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.head.headers["Content-Type"] == "text/plain; charset=utf-8")
            let text = answer.text
            #expect(text.hasPrefix("# Task: Book the tower for seven\n# Step 1\nGo to \(scene.site.url("/login"))\n"))
            for line in [
                "Type \"<secret>x_password</secret>\" into \"Password\"", "Press Enter", "Select \"Tower\" in \"Room\"",
                "Check \"Tea\"", "Check \"Card\"", "Type «A \"quiet\" corner, please» into \"Wishes\"",
                "Scroll to the end", "Click \"Book\"",
            ] {
                #expect(text.split(separator: "\n").contains(Substring(line)), "\(line) in \(text)")
            }
            #expect(!text.contains(Self.password))
            let json = try await scene.instructions("first", accept: "application/json")
            #expect(try JSONValue(parsing: json.body)["task"]?.string == text)
            // People add to it.
            let again: [String: JSONValue] = [
                "task": .string(text + Self.checks), "planner": "instructions", "sensitive_data": scene.secrets,
            ]
            let turns = scene.server.turns.count
            let second = try await scene.run("second", again)
            #expect(second.status == .completed, "\(second)")
            #expect(second.usage == nil)
            #expect(scene.server.turns.count == turns)
            let stored = try await scene.redis.cli("HGETALL", "{browser_use_logs:second}:run")
            #expect(!stored.contains(Self.password))
        }
    }

    @Test("Is done again by the planner auto, and the model does the step that fails now")
    func stepsIn() async throws {
        try await withScene(Self.policy) { scene in
            let fields: [String: JSONValue] = ["task": "Book the tower", "sensitive_data": scene.secrets]
            let first = try await scene.run("first", fields)
            #expect(first.status == .completed, "\(first)")
            let text = try await scene.instructions("first").text
            let turns = scene.server.turns.count
            // The page is as it was: the model is not asked.
            let same = try await scene.run("same", ["task": .string(text), "sensitive_data": scene.secrets])
            #expect(same.status == .completed, "\(same)")
            #expect(scene.server.turns.count == turns)
            // The button is called otherwise now.
            let other = text.replacing("Click \"Book\"", with: "Click \"Reserve\"") + Self.checks
            let mended = try await scene.run("mended", ["task": .string(other), "sensitive_data": scene.secrets])
            #expect(mended.status == .completed, "\(mended)")
            let asked = scene.server.turns.dropFirst(turns)
            #expect(asked.count == 2)
            #expect(asked.first?.text.contains("The whole task is: Book the tower") == true)
            #expect(asked.first?.text.contains("Click \"Reserve\"") == true)
            #expect(mended.usage == TokenUsage(input: 200, output: 20))
            let stream = try await RunStream(scene.redis, "mended")
            #expect(stream.isWholeAndEnded)
            #expect(stream.messages.count { $0.hasPrefix("🤖 The model takes over this step: ") } == 1)
            #expect(stream.messages.count { $0.hasPrefix("✅") } == 1)
            // What the model did is part of what is repeated next time.
            let mendedText = try await scene.instructions("mended").text
            #expect(mendedText.contains("Click \"Book\"\n"))
            #expect(!mendedText.contains("Reserve"))
        }
    }

    @Test("Is not done again where the model cannot do the step either")
    func cannotStepIn() async throws {
        try await withScene { site, turn in
            .done("There is no such thing", success: false)
        } _: { scene in
            let text = "# Task: Get it\nGo to \(scene.site.url("/lists"))\nClick \"No such thing\""
            let run = try await scene.run("r", ["task": .string(text)])
            #expect(run.status == .failed)
            #expect(run.error?.hasPrefix("Step 2 failed") == true, "\(run)")
            #expect(run.steps == 3)
        }
    }

    @Test("Cannot be had of a run that is not there, has not completed, or had no model, and the answer says why")
    func refusals() async throws {
        try await withScene { site, turn in
            if turn.text.contains("Fail") { return .done("No", success: false) }
            switch turn.number {
            case 2: return .navigate(site.url("/login"))
            case 3: return .decide(["evaluate": ["code": "document.title"]])
            case 4: return .decide(try turn.input("password", "a password of its own"))
            default: return .done("Yes")
            }
        } _: { scene in
            #expect(try await scene.instructions("none").status == 404)
            _ = try await scene.run("failed", ["task": "Fail"])
            let failed = try await scene.instructions("failed")
            #expect(failed.status == 409)
            #expect(failed.text.contains("it has ended as failed"))
            _ = try await scene.run("script", ["task": "Sign in"])
            let script = try await scene.instructions("script")
            #expect(script.status == 409)
            #expect(script.text.contains("step 2, evaluate: a script has no sentence"))
            #expect(!script.text.contains("a password of its own"))
            let site = scene.site.url("/lists")
            _ = try await scene.run("plain", ["task": .string("Go to \(site)"), "planner": "instructions"])
            let plain = try await scene.instructions("plain")
            #expect(plain.status == 409)
            #expect(plain.text.contains("No model planned the run plain"))
        }
    }
}

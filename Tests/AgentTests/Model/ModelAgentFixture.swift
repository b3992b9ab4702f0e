//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import Browser
import JSON
import Models
import TestSupport
import Testing

/// What a run of a model's agent has left behind.
struct ModelRunRecord: Sendable {
    var outcome: AgentOutcome
    var messages: [String]
    var lines: [AgentLogLine]
    var turns: [ModelTurn]
}

/// Where the pages are that a policy's run works on.
struct RunPages: Sendable {
    fileprivate let contexts = Contexts()

    /// The page that is shown now.
    func shown() async throws -> Page {
        let context = try #require(contexts.all.last)
        return try await context.currentPage()
    }

    /// What the page says has happened to it.
    func status() async throws -> String {
        try await shown().evaluate("document.getElementById('status').textContent").string ?? ""
    }
}

extension AgentFixture {
    /// Carries out a task by the decisions of a policy, on a real page.
    func runModel(
        _ task: String = "Do it",
        provider: ModelConfiguration.Provider = .openAI,
        options: ModelAgentOptions = ModelAgentOptions(),
        pages: RunPages = RunPages(),
        policy: @escaping ScriptedModelServer.Policy
    ) async throws -> ModelRunRecord {
        try await ScriptedModelServer.with(policy) { server in
            let log = RecordedLog()
            let retries = RetryPolicy(attempts: 2, firstPause: .milliseconds(1), longestPause: .seconds(1))
            let model = ModelConfiguration(
                provider,
                apiKey: Secret("sk-scripted"),
                baseURL: server.url,
                model: "scripted",
                retries: retries
            )
            let agent = ModelAgent(model: model.makeClient(), log: log, options: options) {
                pages.contexts.add(try await browser.newContext())
            }
            let outcome = try await Turnstile.pages.pass { try await agent.run(task: task) }
            return ModelRunRecord(outcome: outcome, messages: log.messages, lines: log.lines, turns: server.turns)
        }
    }
}

extension ModelReply {
    /// A decision in the notation.
    static func decide(_ actions: JSONValue..., evaluation: String = "Success", goal: String = "Go on") -> ModelReply {
        let answer: JSONValue = [
            "evaluation_previous_goal": .string(evaluation), "memory": "Nothing yet", "next_goal": .string(goal),
            "action": .array(actions),
        ]
        return .answer(answer.text)
    }

    /// The end of a task.
    static func done(_ text: String = "Done", success: Bool = true) -> ModelReply {
        decide(["done": ["text": .string(text), "success": .bool(success)]])
    }

    static func navigate(_ url: String) -> ModelReply { decide(["navigate": ["url": .string(url)]]) }
}

extension ModelTurn {
    /// `{"click":{"index":…}}` for the first element whose line has the words.
    func click(_ words: String) throws -> JSONValue { ["click": ["index": .integer(Int64(try index(words)))]] }

    /// `{"input":…}` likewise.
    func input(_ words: String, _ text: String) throws -> JSONValue {
        ["input": ["index": .integer(Int64(try index(words))), "text": .string(text)]]
    }
}

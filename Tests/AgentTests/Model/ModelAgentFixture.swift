//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import JSON
import Models
import TestSupport
import Testing

/// What a run of a model's agent has left behind.
struct ModelRunRecord: Sendable {
    var outcome: AgentOutcome
    var messages: [String]
    var lines: [LogRecord]
    var turns: [ModelTurn]
    var tokens: TokenUsage
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
    /// For the models of all tests.
    var connections: ModelConnections { Self.connections }
    private static let connections = ModelConnections()

    /// Carries out a task by the decisions of a policy, on a real page.
    func runModel(
        _ task: String = "Do it",
        provider: ModelConfiguration.Provider = .openAI,
        options: ModelAgentOptions = ModelAgentOptions(),
        pages: RunPages = RunPages(),
        serverPages: [String: JSONValue] = [:],
        policy: @escaping ScriptedModelServer.Policy
    ) async throws -> ModelRunRecord {
        try await ScriptedModelServer.with(policy, pages: serverPages) { server in
            let log = try RecordedLog()
            let retries = RetryPolicy(attempts: 2, firstPause: .milliseconds(1), longestPause: .seconds(1))
            let model = ModelConfiguration(
                provider,
                apiKey: HiddenText("sk-scripted"),
                baseURL: server.url,
                model: "scripted",
                retries: retries
            )
            let metered = MeteredModel(model.makeClient(over: connections))
            let agent = ModelAgent(model: metered, events: log, options: options) {
                pages.contexts.add(try await browser.newContext())
            }
            let outcome = try await Turnstile.pages.pass { try await agent.run(task: task) }
            return ModelRunRecord(
                outcome: outcome,
                messages: log.messages,
                lines: log.lines,
                turns: server.turns,
                tokens: metered.usage
            )
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import Models
import Secrets
import TestSupport
import Testing

/// A run with a secret, and what it left behind.
struct SecretRun {
    static let value = "Tr0ub4dor&3 zebra!"
    static let name = "<secret>x_password</secret>"
    /// The value in forms in which nothing may show it.
    static let forms = [
        value, "Tr0ub4dor", "tr0ub4dor", "Tr0ub4dor%263", "Tr0ub4dor%263%20zebra", "Tr0ub4dor%263+zebra",
        "&amp;3 zebra",
        "TR0UB4DOR", "ZEBRA!", "zebra", "VHIwdWI0ZG9y",
    ]

    var outcome: RunOutcome
    var messages: [String]
    var lines: [LogRecord]
    var turns: [ModelTurn]

    /// Everything that was told to anybody.
    var told: String {
        let heard = turns.map { "\($0.body.text) \($0.headers)" }
        let said = lines.map { "\($0.message) \($0.url ?? "") \($0.action ?? "")" }
        return (heard + said + [outcome.result ?? "", outcome.error ?? ""]).joined(separator: "\n")
    }

    /// The forms of the value that were told.
    var leaks: [String] { Self.forms.filter(told.contains) }
}

extension AgentFixture {
    /// Secrets for an origin.
    static func secrets(
        for origin: String,
        _ values: [String: String] = ["x_password": SecretRun.value]
    ) throws -> RunSecrets {
        try RunSecrets(SensitiveData(values: [origin: values]), allowedDomains: [])
    }

    /// Carries out a policy with secrets.
    func run(
        with secrets: RunSecrets,
        options: ModelAgentOptions = ModelAgentOptions(elementTimeout: .seconds(30)),
        pages: SecretPages = SecretPages(),
        policy: @escaping ScriptedModelServer.Policy
    ) async throws -> SecretRun {
        try await ScriptedModelServer.with(policy) { server in
            let log = try RecordedLog(mask: secrets.mask)
            let model = ModelConfiguration(
                .openAI,
                apiKey: HiddenText("sk-scripted"),
                baseURL: server.url,
                model: "scripted"
            )
            let client = model.makeClient(over: connections)
            let agent = ModelAgent(model: client, events: log, options: options, secrets: secrets) {
                pages.contexts.add(try await browser.newContext())
            }
            let outcome = try await Turnstile.pages.pass { try await agent.run(task: "Sign in") }
            return SecretRun(
                outcome: RunOutcome(outcome).masked(by: secrets.mask),
                messages: log.messages,
                lines: log.lines,
                turns: server.turns
            )
        }
    }
}

/// The pages that a run is on.
struct SecretPages: Sendable {
    fileprivate let contexts = Contexts()

    func evaluate(_ script: String) async throws -> String {
        let context = try #require(contexts.all.last)
        return try await context.currentPage().evaluate(script).string ?? ""
    }
}

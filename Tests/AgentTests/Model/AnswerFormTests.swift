//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import JSON
import Models
import TestSupport
import Testing

@Suite("A model whose server ignores the schema", .sharedAgent)
struct AnswerFormTests {
    @Test("Is asked in every other form in the first step, and then in the one that works", arguments: [
        "tool", "json_object", "grammar", "words",
    ])
    func findsForm(_ form: String) async throws {
        let site = try AgentFixture.shared.site
        let run = try await AgentFixture.shared.runModel { turn in
            guard turn.form == form else { return .answer("Let me see what I can do for you.") }
            return turn.text.contains("Address: \(site.url("/login"))") ? .done() : .navigate(site.url("/login"))
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.outcome.steps == 2)
        #expect(run.turns.last?.form == form)
        let forms = run.turns.map(\.form)
        let order = ["json_schema", "tool", "json_object", "grammar", "json_object", "words"]
        let first = try #require(order.firstIndex(of: form))
        #expect(forms == Array(order[...first]) + [form])
    }

    @Test("Is not asked for ever if no form works")
    func givesUp() async throws {
        let run = try await AgentFixture.shared.runModel { _ in .answer("Let me see.") }
        #expect(!run.outcome.isSuccess)
        #expect(run.outcome.error?.contains("the model's answer was not valid") == true)
        // All forms once, then two answers for each step and for the last chance.
        #expect(run.turns.count == 6 + 3 * 2)
    }
}

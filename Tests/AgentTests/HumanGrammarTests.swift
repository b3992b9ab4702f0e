//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@testable import Instructions

@Suite("What a task asks of a person")
struct HumanGrammarTests {
    @Test(
        "Is a question or an approval",
        arguments: [
            ("ask me for the code", WaitingFor.Kind.answer, "The code?"),
            ("Ask me which flight to take.", .answer, "Which flight to take?"),
            ("ask me \"What is your name?\"", .answer, "What is your name?"),
            ("please ask me whether it is right", .answer, "Whether it is right?"),
            ("ask the user for a date", .answer, "A date?"),
            ("wait for my approval", .approval, "Shall the run go on?"),
            ("wait for my approval to send the order", .approval, "Approve: send the order"),
            ("wait for me to approve the order", .approval, "Approve: the order"),
            ("wait until I confirm", .approval, "Shall the run go on?"),
            ("ask me to approve the payment", .approval, "Approve: the payment"),
        ]
    )
    func asks(_ text: String, _ kind: WaitingFor.Kind, _ question: String) {
        #expect(StepGrammar.steps(of: text).map(\.deeds) == [[.ask(kind, question)]])
    }

    @Test("Is no question to the page", arguments: ["wait for the answer", "click Ask", "wait 3 seconds", "ask Ann"])
    func others(_ text: String) {
        for step in StepGrammar.steps(of: text) {
            for deed in step.deeds { if case .ask = deed { Issue.record("\(text)") } }
        }
    }
}

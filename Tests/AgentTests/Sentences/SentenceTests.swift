//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import Browser
import TestSupport
import Testing

@testable import Instructions

@Suite("Sentences", .sharedAgent)
struct SentenceTests {
    @Test("A sentence leaves the page in the state that it asks for", arguments: Sentence.all)
    func leavesState(sentence: Sentence) async throws {
        let fixture = try AgentFixture.shared
        let site = String(fixture.site.url.dropLast())
        let task = (sentence.path.map { "Go to \(site)\($0)\n" } ?? "") + sentence.task.replacing("SITE", with: site)
        let log = try RecordedLog()
        let agent = InstructionAgent(events: log) { try await fixture.browser.newContext() }
        var state = "nothing was looked at"
        var outcome: AgentOutcome?
        do {
            let report = try await Turnstile.pages.pass {
                var seen = state
                let outcome = try await agent.run(task: task, stepTimeout: .seconds(60)) { context in
                    seen = try await context.currentPage().evaluate(sentence.check).string ?? "nothing"
                }
                return (outcome, seen)
            }
            outcome = report.0
            state = report.1
        } catch {
            sentence.finished(false)
            throw error
        }
        let isRight = sentence.result.map { $0 == outcome?.result } ?? true
        sentence.finished(state == "so" && isRight && outcome?.isSuccess == true)
        let messages = log.messages.joined(separator: "\n")
        #expect(outcome?.isSuccess == true, "\(messages)")
        if outcome?.isSuccess == true {
            #expect(state == "so", "\(messages)")
            if let result = sentence.result { #expect(outcome?.result == result, "\(messages)") }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import TestSupport
import Testing

@testable import Instructions

@Suite("Refusals", .sharedAgent)
struct RefusalTests {
    @Test(
        "A task that is not understood is refused before anything is done, with the step and its words",
        arguments: [
            ("frobnicate the widgets", 1, "frobnicate the widgets"),
            ("Summarize google.com", 1, "Summarize google.com"),
            ("Dance", 1, "Dance"),
            ("clicking OK", 1, "clicking OK"),
            ("in the row of Ada", 1, "in the row of Ada"),
        ]
    )
    func isNotUnderstood(task: String, step: Int, part: String) async throws {
        let (outcome, log) = try await AgentFixture.shared.run(task)
        #expect(!outcome.isSuccess)
        #expect(outcome.steps == 0)
        #expect(log.messages.count == 2)
        let error = try #require(outcome.error)
        #expect(error.hasPrefix("The task is not understood: step \(step), \""), "\(error)")
        #expect(error.contains(part), "\(error)")
    }

    @Test(
        "What the page does not allow fails, with the step, what was looked for and what there is",
        arguments: [
            ("/lists", "click Frobnicate", "no button, link or other element \"Frobnicate\""),
            ("/lists", "select Purple from Colour", "no option \"Purple\""),
            ("/lists", "check Gold member", "is disabled"),
            ("/lists", "type x into Surname", "no field \"Surname\""),
            ("/lists", "book a flight", "is called \"book a flight\""),
            ("/lists", "impress me", "impress"),
            ("/shop", "click the ninth Add to cart button", "ninth"),
            ("/shop", "click Add to cart in the card of the Spaceship", "Spaceship"),
            ("/shop", "read the colour of the desk lamp", "does not say"),
            ("/shop", "click Add to cart", "say which one"),
            ("/dialogs", "accept the alert", "accept the alert"),
            ("/popups", "switch to the third tab", "third tab"),
            ("/orders", "click it", "nothing was used before"),
            ("/orders", "paste it into Filter", "nothing was read or copied before"),
        ]
    )
    func fails(path: String, task: String, reason: String) async throws {
        let fixture = try AgentFixture.shared
        let (outcome, log) = try await fixture.run(
            "go to \(fixture.site.url(path))\n\(task)",
            // Much longer than what is not there is looked for: no step is to end for want of time on a busy machine.
            stepTimeout: .seconds(20)
        )
        #expect(!outcome.isSuccess)
        let error = try #require(outcome.error)
        #expect(error.hasPrefix("Step "), "\(error)")
        #expect(error.contains(reason), "\(error)")
        #expect(log.messages.last == "❌ \(error)")
        #expect(!log.messages.contains { $0.hasPrefix("✅") })
    }
}

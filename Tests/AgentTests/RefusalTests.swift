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
            ("Go to google.com, then book a flight", 2, "book a flight"),
            ("frobnicate the widgets", 1, "frobnicate the widgets"),
            ("go to a.com and then impress me", 2, "impress me"),
            ("go to a.com; be quick about it", 2, "be quick about it"),
            ("Summarize google.com", 1, "Summarize google.com"),
            ("go to a.com and translate the page into French", 1, "translate the page into French"),
            ("click", 1, "what to click"),
            ("go to a.com, press", 2, "which key or button"),
            ("go to a.com\ntype", 2, "what to type"),
            ("search for", 1, "what to search for"),
            ("fill in the form", 1, "fill FIELD with TEXT"),
            ("set the date", 1, "to what"),
            ("scroll sideways", 1, "scroll up, down"),
            ("wait", 1, "how long or what for"),
            ("wait 11 minutes", 1, "at most 10 minutes"),
            ("select", 1, "what to select"),
            ("upload", 1, "which file"),
            ("drag the card", 1, "drag ELEMENT to ELEMENT"),
            ("clicking OK", 1, "clicking OK"),
            ("verify", 1, "what the page is to show"),
            ("Go to a.com. The weather is nice. Click OK.", 2, "The weather is nice"),
            ("read", 1, "what to read"),
            ("in the row of Ada", 1, "in the row of Ada"),
            ("if the moon is full", 1, "if the moon is full"),
            ("mark Buy milk", 1, "as what"),
            ("open example.com the second", 1, "the second"),
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
            ("/lists", "select Purple from Colour", "\"Colour\" has no option \"Purple\"; it has"),
            ("/lists", "check Gold member", "cannot be used: it is disabled"),
            ("/lists", "type x into Surname", "no field \"Surname\""),
            (
                "/controls", "set the date to tomorrow",
                "\"tomorrow\" is not understood as a date for Date; write it such as 12 March 2026"
            ),
            ("/controls", "set the date to 31 February 2026", "is not understood as a date"),
            ("/controls", "set the time to late", "is not understood as a time"),
            ("/controls", "check that Card is checked", "did not come true"),
            ("/controls", "verify that the title is Home", "the title is \"Book a room\", not \"Home\""),
            ("/shop", "verify that there are 9 products", "there are 8, not 9"),
            ("/shop", "click the ninth Add to cart button", "ninth"),
            ("/shop", "click Add to cart in the card of the Spaceship", "in \"Spaceship\""),
            ("/shop", "read the colour of the desk lamp", "does not say"),
            ("/tabs", "expand the sections to find and click on \"Treasure\"", "sections were opened"),
            ("/tabs", "switch between the tabs to find \"Treasure\"", "none of the tabs"),
            ("/dialogs", "accept the alert", "has asked nothing"),
            ("/upload", "upload /etc/passwd to Certificates", "there is no file \"/etc/passwd\" to upload"),
            ("/upload", "upload ../secret.txt to Certificates", "to upload"),
            ("/popups", "switch to the third tab", "there is no such tab"),
            ("/orders", "click it", "nothing was used before"),
            ("/orders", "paste it into Filter", "nothing was read or copied before"),
            ("/feed", "wait until the spaceship appears", "did not appear"),
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

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Browser

extension PageTests {
    @Suite("Dialogs of pages")
    struct DialogTests {
        @Test("A dialog is answered as was said beforehand, and a question else with Cancel")
        func answers() async throws {
            try await BrowserFixture.shared.withPage("/dialogs") { page, context in
                context.answerNextDialogs(.dismiss, .accept(text: "summary.txt"))
                try await page.click("Delete", at: 0)
                try await page.waitForState("answers", [false])
                try await page.click("Rename", at: 0)
                try await page.waitForState("files", ["summary.txt", "photo.png", "notes.md"])
                try await page.click("Rename", at: 1)
                try await page.waitForState("answers", [false, "summary.txt", .null])
                #expect(page.dialogs.map(\.number) == [1, 2, 3])
                #expect(page.dialogs.map(\.kind) == ["confirm", "prompt", "prompt"])
                #expect(page.dialogs.map(\.message) == ["Delete report.txt?", "New name?", "New name?"])
                #expect(page.dialogs.map(\.answer) == [.dismiss, .accept(text: "summary.txt"), .dismiss])
            }
        }

        @Test("A page that asks whether it may be left is stayed on when told so, and left otherwise")
        func beforeUnload() async throws {
            try await BrowserFixture.shared.withPage("/dialogs") { page, context in
                let address = page.url
                try await page.click("Edit without saving")
                context.answerNextDialogs(.dismiss)
                try await page.click("Leave")
                #expect(page.url == address)
                #expect(page.dialogs.map(\.kind) == ["beforeunload"])
                try await page.click("Leave")
                #expect(page.url.hasSuffix("/pages"))
            }
        }

        @Test(
            "A page that opens dialogs for ever is stopped, the step fails with a clear line, and the page can be used on"
        )
        func endless() async throws {
            try await BrowserFixture.shared.withPage("/dialogs/endless") { page, _ in
                let start = ContinuousClock.now
                let error = await #expect(throws: BrowserError.self) {
                    try await page.click("Ask me until I stop", timeout: .seconds(60))
                }
                #expect(error?.code == .scriptFailed)
                #expect(
                    error?.message
                        == "the page opened more than 20 dialogs one after the other; its script was stopped"
                )
                #expect(start.duration(to: .now) < .seconds(45))
                // It is more of them only where the machine paused between two, so that they were not in a row.
                let opened = try #require(page.dialogs.last?.number)
                #expect((21...63).contains(opened))
                // Where exactly the script ends is the browser's affair.
                let asked = try await page.siteState()["asked"]?.integer ?? 0
                #expect((opened...opened + 4).contains(asked))
            }
        }

        @Test("Twenty questions in a row are still questions; slower ones never become too many")
        func bursts() {
            var burst = DialogBurst()
            let start = ContinuousClock.now
            for number in 0..<20 {
                let isTooMany = burst.isTooMany(at: start + .milliseconds(number))
                #expect(!isTooMany)
            }
            let last = burst.isTooMany(at: start + .milliseconds(20))
            #expect(last)
            var slow = DialogBurst()
            for number in 0..<100 {
                let isTooMany = slow.isTooMany(at: start + .seconds(number))
                #expect(!isTooMany)
            }
        }
    }
}

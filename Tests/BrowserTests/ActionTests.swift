//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Actions")
    struct ActionTests {
        @Test("A search is typed and sent with Enter")
        func searches() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/") { page, _ in
                let field = try await page.fill("Search", role: "searchbox", with: "hello world")
                #expect(field.label == "Search")
                try await page.press("Enter")
                #expect(page.url == fixture.site.url("/search?q=hello+world"))
                let summary = try await page.summary()
                #expect(summary.title == "hello world - Search")
                #expect(summary.firstResult == "hello world: an introduction")
            }
        }

        @Test("A text replaces what the field held")
        func replacesText() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/search?q=old") { page, _ in
                try await page.fill("Search", role: "searchbox", with: "naïve 日本 🎯 \"quoted\"")
                #expect(try await page.evaluate("document.getElementById('q').value") == "naïve 日本 🎯 \"quoted\"")
                try await page.fill("Search", role: "searchbox", with: "")
                let value = try await page.evaluate("document.getElementById('q').value")
                #expect(value.string == "")
            }
        }

        @Test("A form is filled in and sent, and a password field is told as one")
        func signsIn() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/login") { page, _ in
                let email = try await page.fill("Email", with: "ada@example.com")
                #expect(email == FilledField(label: "Email", value: "ada@example.com", isSecret: false))
                let password = try await page.fill("Password", with: "correct horse")
                #expect(password == FilledField(label: "Password", value: "", isSecret: true))
                #expect(try await page.click("Sign in") == "Sign in")
                #expect(page.url == fixture.site.url("/account"))
                try await page.waitForText("welcome, ada")
            }
        }

        @Test("A link that opens a new tab is followed there")
        func followsNewTabs() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, context in
                try await page.click("Opens in a new tab")
                let opened = try await context.currentPage()
                #expect(opened !== page)
                try await eventually("the tab's page") { opened.url == fixture.site.url("/links/new-tab") }
                try await opened.waitUntilLoaded()
                #expect(try await opened.status() == "Arrived at new-tab")
                await opened.close()
                try await eventually("the first page to be the current one") {
                    try await context.currentPage() === page
                }
            }
        }

        @Test("Content that comes late is waited for")
        func waitsForContent() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/slow-content?ms=600") { page, _ in
                try await page.click("Show more")
                #expect(try await page.status() == "More shown")
                try await page.waitForText("Second")
            }
        }

        @Test("A text that does not come is an error when its time is over")
        func missesText() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/") { page, _ in
                let error = await #expect(throws: BrowserError.self) {
                    try await page.waitForText("Frobnicate", timeout: .seconds(1))
                }
                #expect(error == BrowserError(.timedOut, "\"Frobnicate\" did not appear within 1 s"))
            }
        }

        @Test("Dialogs are answered and told, questions with Cancel")
        func answersDialogs() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/dialog") { page, _ in
                try await page.click("Show alert")
                #expect(try await page.status() == "alert: closed")
                try await page.click("Ask to confirm")
                #expect(try await page.status() == "confirm: false")
                try await page.click("Ask for a name")
                #expect(try await page.status() == "prompt: null")
                #expect(page.dialogs.map(\.kind) == ["alert", "confirm", "prompt"])
                #expect(page.dialogs.map(\.message) == ["Hello from the page", "Are you sure?", "What is your name?"])
                try await page.click("Open dialog")
                try await page.click("Keep")
                try await page.waitForStatus("dialog: keep")
            }
        }

        @Test("A page that asks before it is left is left")
        func leavesGuardedPages() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/dialog") { page, _ in
                try await page.click("Guard the page")
                let reached = try await page.navigate(to: fixture.site.url)
                #expect(reached.status == 200)
                #expect(page.dialogs.map(\.kind) == ["beforeunload"])
            }
        }

        @Test("What is in a frame is used as if it were on the page")
        func usesFrames() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/iframe") { page, _ in
                try await page.fill("Note", with: "from outside")
                try await page.click("Save note")
                try await page.waitForStatus("Saved: from outside")
                let text = try await page.text()
                #expect(text.contains("Saved: from outside"))
            }
        }

        @Test("What is in a frame of another site, in another process, is used too")
        func usesFramesOfOtherSites() async throws {
            let site = try BrowserFixture.shared.site
            let configuration = try BrowserFixture.configuration(["--site-per-process"])
            try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                try await BrowserFixture(site: site, browser: browser).withPage("/") { page, _ in
                    // localhost and 127.0.0.1 are different sites, so the frame gets a process of its own.
                    _ = try await page.evaluate(
                        """
                        document.body.innerHTML = `<div style="height:300px"></div><div style="padding-left:50px">
                          <iframe src="http://localhost:\(site.port)/iframe/inner" style="margin:37px;border:5px solid"></iframe>`
                        """
                    )
                    try await page.fill("Note", with: "across")
                    try await page.click("Save note")
                    try await page.waitForText("Saved: across", timeout: .seconds(60))
                    #expect(Set(page.state.current.frames.values.map { $0.world?.session }).count == 2)
                }
            }
        }

        @Test("What is in an open shadow root is used as if it were on the page")
        func usesShadowRoots() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/shadow") { page, _ in
                try await page.fill("City", with: "Lisbon")
                try await page.click("Save city")
                #expect(try await page.status() == "City: Lisbon")
                let text = try await page.text()
                #expect(text.contains("Save city"))
            }
        }

        @Test("The page is scrolled until there is nothing left")
        func scrolls() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, _ in
                #expect(try await page.scroll(.down))
                #expect(try await page.scroll(.bottom))
                #expect(try await !page.scroll(.down))
                #expect(try await page.scroll(.top))
                let value = try await page.evaluate("scrollY")
                #expect(value.integer == 0)
            }
        }
    }
}

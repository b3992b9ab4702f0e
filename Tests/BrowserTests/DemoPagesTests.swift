//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension Page {
    /// What has happened to a page of the demo site, as it keeps it for tests.
    func siteState() async throws -> JSONValue {
        try await evaluate("JSON.parse(document.body.dataset.state ?? 'null')")
    }

    /// Waits until the page's state has a member of that value.
    func waitForState(_ name: String, _ value: JSONValue) async throws {
        try await eventually("the state \(name) = \(value.text)") { try await siteState()[name] == value }
    }
}

extension PageTests {
    @Suite("The demo site's pages in a browser")
    struct DemoPagesTests {
        @Test(
            "A page of the site runs and keeps its state where a test can read it",
            arguments: [
                "/todo", "/todo-elements", "/shop", "/mail", "/orders", "/register", "/flights", "/controls",
                "/combobox", "/tabs", "/delayed", "/sticky", "/modal", "/feed", "/frames", "/dialogs",
                "/dialogs/endless", "/popups", "/popups/child", "/upload", "/download", "/members/sign-in",
            ]
        )
        func runs(path: String) async throws {
            try await BrowserFixture.shared.withPage(path) { page, _ in
                let state = try await page.siteState()
                #expect(state.object?.isEmpty == false)
            }
        }

        @Test("The list of things to do takes, ticks, filters and forgets")
        func todo() async throws {
            try await BrowserFixture.shared.withPage("/todo") { page, _ in
                for title in ["write", "read"] {
                    try await page.fill("New thing to do", with: title)
                    try await page.press("Enter")
                }
                try await page.setChecked(page.named("Done: read"), to: true)
                try await page.waitForState("left", 1)
                try await page.click("Active")
                try await page.waitForState("filter", "active")
                try await page.click("Clear completed")
                try await page.waitForState("todos", [["title": "write", "completed": false]])
            }
        }

        @Test("Members are led to the form and, over a page in between, to where they wanted to go")
        func members() async throws {
            try await BrowserFixture.shared.withPage("/members") { page, _ in
                #expect(page.url.hasSuffix("/members/sign-in?next=%2Fmembers%2Forders"))
                try await page.fill("Username", with: "grace")
                try await page.fill("Password", with: "compiler")
                try await page.click("Log in")
                try await page.waitForText("K-7742")
                #expect(page.url.hasSuffix("/members/orders"))
            }
        }

        @Test("The feed loads more when its end comes into sight, until there is no more")
        func feed() async throws {
            try await BrowserFixture.shared.withPage("/feed") { page, _ in
                try await eventually("all posts") {
                    try await page.scroll(.bottom)
                    return try await page.siteState()["complete"] == true
                }
                #expect(try await page.siteState()["loaded"] == 60)
            }
        }

        @Test(
            "A page that never answers or never ends fails with a clear line in time, and the tab can be used on",
            // The beginning of the one without an end has to come in the time that it has.
            arguments: [("/never/answers", "did not answer", 1), ("/never/ends", "did not finish loading", 10)]
        )
        func neverLoads(path: String, reason: String, seconds: Int) async throws {
            try await BrowserFixture.shared.withPage { page, _ in
                let site = try BrowserFixture.shared.site
                let url = site.url(path)
                let error = await #expect(throws: BrowserError.self) {
                    try await page.navigate(to: url, timeout: .seconds(seconds))
                }
                #expect(error?.code == .timedOut)
                #expect(error?.message == "\(url) \(reason) within \(seconds) s")
                #expect(try await page.navigate(to: site.url("/todo")).status == 200)
            }
        }

        @Test("A page of which only a picture does not come is used as it is")
        func lacksPicture() async throws {
            try await BrowserFixture.shared.withPage("/never/loads") { page, _ in
                try await page.click("Press me")
                try await page.waitForState("pressed", 1)
            }
        }
    }
}

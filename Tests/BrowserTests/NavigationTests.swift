//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Navigation")
    struct NavigationTests {
        @Test("A page that has loaded tells its address, status, title and text")
        func loads() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                let reached = try await page.navigate(to: fixture.site.url)
                #expect(reached == Navigation(url: fixture.site.url, status: 200))
                #expect(page.url == fixture.site.url)
                #expect(try await page.title() == "Search")
                let text = try await page.text()
                #expect(text.contains("A small search engine"))
            }
        }

        @Test("A redirect is followed to where it ends")
        func followsRedirects() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                let reached = try await page.navigate(to: fixture.site.url("/account"))
                #expect(reached == Navigation(url: fixture.site.url("/login"), status: 200))
            }
        }

        @Test("A slow page is waited for")
        func waitsForSlowPages() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                _ = try await page.navigate(to: fixture.site.url("/slow?ms=700"))
                #expect(try await page.status() == "Answered after 700 ms")
            }
        }

        @Test("A page that is too slow is given up when its time is over, and the page can be used again")
        func givesUp() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                let error = await #expect(throws: BrowserError.self) {
                    try await page.navigate(to: fixture.site.url("/slow?ms=20000"), timeout: .seconds(1))
                }
                #expect(error?.code == .timedOut)
                #expect(error?.message == "\(fixture.site.url("/slow?ms=20000")) did not answer within 1 s")
                let reached = try await page.navigate(to: fixture.site.url)
                #expect(reached.status == 200)
            }
        }

        @Test("An error of the server is told by its status", arguments: [("/fails", 500), ("/nowhere", 404)])
        func tellsStatus(path: String, status: Int) async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                let reached = try await page.navigate(to: fixture.site.url(path))
                #expect(reached.status == status)
            }
        }

        @Test("A connection that is dropped or refused is an error with Chromium's name of it")
        func tellsNetErrors() async throws {
            let fixture = try BrowserFixture.shared
            let closedPort = try RefusingPort()
            try await fixture.withPage { page, _ in
                let dropped = await #expect(throws: BrowserError.self) {
                    try await page.navigate(to: fixture.site.url("/drops"))
                }
                #expect(dropped?.code == .navigationFailed)
                #expect(dropped?.netError == "net::ERR_EMPTY_RESPONSE")
                let refused = await #expect(throws: BrowserError.self) {
                    try await page.navigate(to: "\(closedPort.url)/")
                }
                #expect(refused?.netError == "net::ERR_CONNECTION_REFUSED")
                #expect(
                    refused?.message
                        == "cannot open \(closedPort.url)/: net::ERR_CONNECTION_REFUSED (nothing listens there)"
                )
            }
        }

        @Test("Going back and forward moves through the history, and says when there is none")
        func movesThroughHistory() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/links") { page, _ in
                try await page.click("Link 7")
                #expect(page.url == fixture.site.url("/links/7"))
                let reachedBack = try await page.goThroughHistory(by: -1)
                #expect(reachedBack.url == fixture.site.url("/links"))
                #expect(try await page.title() == "Many links")
                let reachedForward = try await page.goThroughHistory(by: 1)
                #expect(reachedForward.url == fixture.site.url("/links/7"))
                let error = await #expect(throws: BrowserError.self) { try await page.goThroughHistory(by: 1) }
                #expect(error?.message == "there is no later page to go to")
            }
        }

        @Test("Reloading loads the page again")
        func reloads() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/iframe") { page, _ in
                _ = try await page.evaluate("document.getElementById('status').textContent = 'changed'")
                let reached = try await page.reload()
                #expect(reached.status == 200)
                #expect(try await page.status() == "Nothing yet")
            }
        }

        @Test("A page is told that its context does not share the cookies of another")
        func separatesContexts() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage("/login") { page, context in
                try await page.fill("Email", with: "ada@example.com")
                try await page.fill("Password", with: "correct horse")
                try await page.click("Sign in")
                #expect(page.url == fixture.site.url("/account"))
                let second = try await context.newPage()
                let reached = try await second.navigate(to: fixture.site.url("/account"))
                #expect(reached.url == fixture.site.url("/account"))
            }
            try await fixture.withPage("/account") { page, _ in
                #expect(page.url == fixture.site.url("/login"))
            }
        }

        @Test("Cancelling the task ends a page load")
        func isCancelled() async throws {
            let fixture = try BrowserFixture.shared
            try await fixture.withPage { page, _ in
                let loading = Task { try await page.navigate(to: fixture.site.url("/slow?ms=20000")) }
                // The load is under way when its request is.
                try await eventually("the request") { page.isLoading }
                let start = ContinuousClock.now
                loading.cancel()
                await #expect(throws: CancellationError.self) { try await loading.value }
                #expect(start.duration(to: .now) < .seconds(15))
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

extension PageTests {
    @Suite("Tabs")
    struct TabTests {
        @Test("A tab that a page opens is adopted and current; when it closes itself, its opener is current again")
        func popups() async throws {
            try await BrowserFixture.shared.withPage("/popups") { page, context in
                try await page.click("Open the calculator")
                try await eventually("the window") { context.pageCount == 2 }
                let popup = try await context.currentPage()
                #expect(popup !== page)
                try await eventually("the window's page") { popup.url.hasSuffix("/popups/child?name=Calculator") }
                try await popup.waitUntilLoaded()
                try await popup.fill("Answer", with: "42")
                try await popup.click("Done")
                try await page.waitForState("messages", ["Calculator: 42"])
                try await eventually("the end of the window") { context.pageCount == 1 }
                #expect(try await context.currentPage() === page)
            }
        }

        @Test("One switches between tabs and closes them by their names")
        func switches() async throws {
            try await BrowserFixture.shared.withPage("/popups") { first, context in
                let second = try await context.newPage()
                #expect(try await context.currentPage() === second)
                #expect(context.openPages.map(\.tabID) == [first.tabID, second.tabID])
                #expect(first.tabID.count == 4)
                #expect(try await context.switchToPage(first.tabID) === first)
                #expect(try await context.currentPage() === first)
                try await context.closePage(second.tabID)
                #expect(context.openPages.map(\.tabID) == [first.tabID])
                let error = await #expect(throws: BrowserError.self) { try await context.switchToPage("none") }
                #expect(error?.message == "there is no tab none; open are \(first.tabID) (\(first.url))")
                try await context.closePage(first.tabID)
                #expect(context.pageCount == 0)
                #expect(try await context.currentPage().url == "about:blank")
            }
        }

        @Test("A page that has crashed fails what is asked of it, and another one takes its place")
        func crashes() async throws {
            try await BrowserFixture.shared.withPage("/todo") { page, context in
                _ = try? await page.call("Page.crash", until: .after(.seconds(60)))
                let error = await #expect(throws: BrowserError.self) { try await page.title() }
                #expect(error == BrowserError(.pageCrashed, "the page crashed"))
                #expect(page.hasCrashed)
                let fresh = try await context.currentPage()
                #expect(fresh !== page)
                #expect(try await fresh.navigate(to: BrowserFixture.shared.site.url("/todo")).status == 200)
                // The browser has said that it closes the other one, not that it has.
                try await eventually("the end of the crashed page") { context.pageCount == 1 }
            }
        }

        @Test("A screenshot is a JPEG that keeps to its bound, coarser where it has to")
        func screenshots() async throws {
            try await BrowserFixture.shared.withPage("/shop") { page, _ in
                let large = try await page.screenshot(timeout: .seconds(60))
                #expect(large.prefix(3) == [0xFF, 0xD8, 0xFF])
                #expect(large.count > 10_000)
                let third = ScreenshotOptions(maximumBytes: large.count / 3)
                let small = try await page.screenshot(third, timeout: .seconds(60))
                #expect(small.prefix(3) == [0xFF, 0xD8, 0xFF])
                #expect(small.count <= large.count / 3)
                let error = await #expect(throws: BrowserError.self) {
                    try await page.screenshot(ScreenshotOptions(maximumBytes: 100), timeout: .seconds(60))
                }
                #expect(error?.code == .notSupported)
            }
        }
    }
}

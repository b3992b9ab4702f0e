//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DemoSite
import Logging
import TestSupport
import Testing

@testable import Browser

/// The demo site and a browser, shared by the tests of a suite. Each test opens pages in a context of its own.
struct BrowserFixture: Sendable {
    @TaskLocal static var current: BrowserFixture?

    static let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })

    var site: DemoSiteServer
    var browser: Browser

    static var shared: BrowserFixture {
        get throws { try #require(current, "the suite needs the trait .sharedBrowser") }
    }

    /// A configuration that starts the browser of the tests.
    static func configuration(_ arguments: [String] = []) throws -> BrowserConfiguration {
        BrowserConfiguration(path: try Chromium.path, extraArguments: arguments)
    }

    /// Opens a page of the site in a context of its own and closes it afterwards.
    func withPage<Result: Sendable>(
        _ path: String? = nil,
        _ body: (Page, BrowserContext) async throws -> Result
    ) async throws -> Result {
        try await Turnstile.pages.pass {
            let context = try await browser.newContext()
            do {
                let page = try await context.newPage()
                if let path { _ = try await page.navigate(to: site.url(path)) }
                let result = try await body(page, context)
                await context.close()
                return result
            } catch {
                await context.close()
                throw error
            }
        }
    }

    /// The same with a page that consists of the given body.
    func withDocument<Result: Sendable>(
        _ html: String,
        _ body: (Page, BrowserContext) async throws -> Result
    ) async throws -> Result {
        try await withPage { page, context in
            let encoded = html.utf8.map { byte in
                let hex = String(byte, radix: 16)
                return hex.count == 1 ? "%0\(hex)" : "%\(hex)"
            }
            _ = try await page.navigate(to: "data:text/html;charset=utf-8," + encoded.joined())
            return try await body(page, context)
        }
    }
}

extension Page {
    /// What the page says has happened to it.
    func status() async throws -> String {
        try await evaluate("document.getElementById('status').textContent").string ?? ""
    }

    func waitForStatus(_ expected: String) async throws {
        try await eventually(timeout: .seconds(60), "the status \"\(expected)\"") {
            try await self.status() == expected
        }
    }
}

/// Starts the site and the browser for a suite and ends them after its last test.
struct SharedBrowserTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withDemoSite { site in
            let configuration = try BrowserFixture.configuration()
            try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                try await BrowserFixture.$current.withValue(BrowserFixture(site: site, browser: browser)) {
                    try await function()
                }
            }
        }
    }
}

extension Trait where Self == SharedBrowserTrait {
    static var sharedBrowser: SharedBrowserTrait { SharedBrowserTrait() }
}

/// What is tested on real pages, with one browser for all of it.
@Suite("Pages", .sharedBrowser)
enum PageTests {}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Logging
import Synchronization
import TestSupport
import Testing

@testable import Browser

/// A page of the gateway in a real browser: what it shows, and what it has done that it should not.
struct WebPage: Sendable {
    let page: Page
    private let requests: RequestList

    /// The addresses that the page has asked for.
    var requested: [String] { requests.all }

    /// Opens an address in a context of its own, and closes it afterwards.
    ///
    /// - Parameters:
    ///   - width: The width of the window in CSS pixels; the height is 900.
    ///   - isDark: Whether the system's colours are dark.
    static func show<Result: Sendable>(
        _ url: String,
        width: Int = 1280,
        isDark: Bool = false,
        _ body: (WebPage) async throws -> Result
    ) async throws -> Result {
        let browser = try #require(SharedBrowser.current, "the suite needs the trait .sharedBrowser")
        return try await Turnstile.pages.pass {
            let context = try await browser.newContext()
            do {
                let page = try await context.newPage()
                let requests = RequestList()
                page.connection.handleEvents(of: page.session) { event in
                    requests.note(event)
                    page.handle(event)
                }
                let shown = WebPage(page: page, requests: requests)
                try await shown.prepare(width: width, isDark: isDark)
                _ = try await page.navigate(to: url)
                let result = try await body(shown)
                await context.close()
                return result
            } catch {
                await context.close()
                throw error
            }
        }
    }

    private func prepare(width: Int, isDark: Bool) async throws {
        let deadline = Deadline.after(.seconds(30))
        _ = try await page.call(
            "Emulation.setDeviceMetricsOverride",
            ["width": .integer(Int64(width)), "height": 900, "deviceScaleFactor": 1, "mobile": .bool(width < 600)],
            until: deadline
        )
        _ = try await page.call(
            "Emulation.setEmulatedMedia",
            ["features": [["name": "prefers-color-scheme", "value": .string(isDark ? "dark" : "light")]]],
            until: deadline
        )
        _ = try await page.call(
            "Page.addScriptToEvaluateOnNewDocument",
            ["source": .string(Self.witness)],
            until: deadline
        )
    }

    /// Runs in the page's own world and writes what went wrong where the test can see it.
    private static let witness = """
        {
          const told = [];
          const tell = text => {
            told.push(text);
            document.documentElement?.setAttribute("data-troubles", told.join("\\n"));
          };
          for (const name of ["error", "warn", "log"]) console[name] = (...all) => tell(`console: ${all.join(" ")}`);
          addEventListener("error", event => tell(`error: ${event.message ?? event.target.outerHTML}`), true);
          addEventListener("unhandledrejection", event => tell(`rejected: ${event.reason}`));
          addEventListener("securitypolicyviolation", event => tell(`policy: ${event.violatedDirective}`));
        }
        """

    /// What went wrong in the page: messages of its console, errors, what its security policy has stopped.
    var troubles: String {
        get async throws {
            try await value("document.documentElement.getAttribute('data-troubles') ?? ''").string ?? ""
        }
    }

    /// The value of an expression over the document.
    func value(_ expression: String) async throws -> DevToolsValue {
        try await page.evaluate(expression, timeout: .seconds(60))
    }

    /// The text of the first element that a selector finds; nil when there is none.
    func text(_ selector: String) async throws -> String? {
        try await value("document.querySelector(\(Self.literal(selector)))?.textContent ?? null").string
    }

    /// The texts of all elements that a selector finds.
    func texts(_ selector: String) async throws -> [String] {
        let script = "[...document.querySelectorAll(\(Self.literal(selector)))].map(node => node.textContent).join('\\u0001')"
        return (try await value(script).string ?? "").split(separator: "\u{1}").map(String.init)
    }

    func count(_ selector: String) async throws -> Int {
        Int(try await value("document.querySelectorAll(\(Self.literal(selector))).length").number ?? -1)
    }

    /// Waits until an expression over the document is true.
    func waits(for what: String, timeout: Duration = .seconds(90), _ expression: String) async throws {
        do {
            try await eventually(timeout: timeout, what) {
                try await self.value("Boolean(\(expression))").bool == true
            }
        } catch let failure as TestFailure {
            let shown = try? await value("document.body.innerText").string
            let troubles = try? await troubles
            throw TestFailure("\(failure.description). Troubles: \(troubles ?? ""). The page shows:\n\(shown ?? "nothing")")
        }
    }

    /// Waits until an element has a text in it.
    func waits(forText text: String, in selector: String = "body", timeout: Duration = .seconds(90)) async throws {
        let expression = """
            [...document.querySelectorAll(\(Self.literal(selector)))].some(node => node.textContent.includes(\(Self.literal(text))))
            """
        try await waits(for: "\"\(text)\" in \(selector)", timeout: timeout, expression)
    }

    /// Presses keys one after the other, wherever the focus is.
    func press(_ keys: String...) async throws {
        for key in keys { try await page.dispatch(KeyStroke(key), until: .after(.seconds(30))) }
    }

    /// Types a text, wherever the focus is.
    func type(_ text: String) async throws {
        _ = try await page.call("Input.insertText", ["text": .string(text)], until: .after(.seconds(30)))
    }

    func click(_ selector: String) async throws {
        _ = try await value("document.querySelector(\(Self.literal(selector))).click()")
    }

    private static func literal(_ text: String) -> String { DevToolsValue.string(text).text }
}

private final class RequestList: Sendable {
    private let urls = Mutex<[String]>([])

    var all: [String] { urls.withLock(\.self) }

    func note(_ event: DevToolsEvent) {
        guard event.method == "Network.requestWillBeSent", let url = event.params["request"]?["url"]?.string else { return }
        urls.withLock { $0.append(url) }
    }
}

/// Starts one browser for a suite and ends it after the last test.
struct SharedBrowser: SuiteTrait, TestScoping {
    @TaskLocal static var current: Browser?

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        let configuration = BrowserConfiguration(path: try Chromium.path, launchTimeout: .seconds(120))
        let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
        try await withBrowser(configuration, logger: logger) { browser in
            try await Self.$current.withValue(browser) { try await function() }
        }
    }
}

extension Trait where Self == SharedBrowser {
    static var sharedBrowser: SharedBrowser { SharedBrowser() }
}

/// What is tested in a real browser, with one for all of it.
@Suite("The page in a browser", .sharedBrowser)
enum BrowserPageTests {}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import JSON
import Logging
import PageActions
import Synchronization
import TestSupport
import Testing

/// Keeps what an actor reports.
final class ReportedEvents: AgentEventSink {
    private let events = Mutex<[AgentEvent]>([])

    var texts: [String] { events.withLock { $0.map(\.what.text) } }

    func report(_ event: AgentEvent) async { events.withLock { $0.append(event) } }
}

/// A page of a test's own, and an actor on it.
struct ActionScene: Sendable {
    @TaskLocal static var browser: BrowserPool?

    var actor: PageActor
    var events: ReportedEvents
    var page: Page

    /// Opens a page that consists of the given HTML; others are at their paths.
    static func with(
        _ html: String,
        others: [String: String] = [:],
        _ body: @Sendable (ActionScene) async throws -> Void
    ) async throws {
        let browser = try #require(browser, "the suite needs the trait .actionBrowser")
        try await PageServer.with { target in
            let path = String(target.prefix { $0 != "?" })
            return path == "/" ? html : others[path]
        } body: { server in
            try await Turnstile.pages.pass {
                let context = try await browser.newContext()
                do {
                    let events = ReportedEvents()
                    let page = try await context.newPage()
                    _ = try await page.navigate(to: server.origin + "/")
                    let limits = PageActor.Limits(element: .seconds(5))
                    let actor = PageActor(context: context, events: events, limits: limits)
                    try await body(ActionScene(actor: actor, events: events, page: page))
                    await context.close()
                } catch {
                    await context.close()
                    throw error
                }
            }
        }
    }

    /// The first node of a name, interactive ones before others.
    func seen(_ name: String, role: String? = nil) async throws -> Seen {
        let view = try await actor.look()
        let fitting = view.nodes.indices.filter { index in
            let node = view.nodes[index]
            return [node.name, node.labelNear, node.text].contains(name) && (role == nil || node.role == role)
        }
        let index = fitting.first { view.nodes[$0].isInteractive } ?? fitting.first
        return view.seen(try #require(index, "nothing is called \"\(name)\""))
    }

    @discardableResult
    func perform(_ action: PageAction) async throws -> ActionOutcome { try await actor.perform(action) }

    /// The failure of an action that must fail.
    func failure(of action: PageAction) async throws -> ActionFailure {
        do {
            let outcome = try await actor.perform(action)
            throw TestFailure("it was possible: \(outcome.performed.text)")
        } catch let failure as ActionFailure {
            return failure
        }
    }

    /// What the element `out` says.
    func output() async throws -> String {
        try await page.evaluate("document.getElementById('out').textContent").string ?? ""
    }
}

/// Starts a browser for a suite and ends it after its last test.
struct ActionBrowserTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { files in
            let configuration = BrowserConfiguration(
                path: try Chromium.path,
                launchTimeout: .seconds(120),
                uploadDirectory: files.path
            )
            let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
            let browser = BrowserPool(configuration, logger: logger)
            do {
                try await ActionScene.$browser.withValue(browser) { try await function() }
                await browser.close()
            } catch {
                await browser.close()
                throw error
            }
        }
    }
}

extension Trait where Self == ActionBrowserTrait {
    static var actionBrowser: ActionBrowserTrait { ActionBrowserTrait() }
}

/// What is done to real pages, with one browser for all of it.
@Suite("Actions on pages", .actionBrowser)
enum PageActionTests {}

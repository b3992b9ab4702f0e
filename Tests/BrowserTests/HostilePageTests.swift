//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@testable import Browser

/// One page must not end the browser, in which the pages of other runs are.
@Suite("A page that says too much", .serialized, .timeLimit(.minutes(10)))
struct HostilePageTests {
    @Test(
        "Takes no other page along",
        arguments: [
            "console.log('x'.repeat(280 << 20))", "fetch('data:,' + 'x'.repeat(280 << 20)).catch(() => 0)",
            "Array.prototype.slice = function() { return ['x'.repeat(280 << 20)] }",
        ]
    )
    func isolates(script: String) async throws {
        let html = "<title>A</title><button>Go</button><script>\(script)</script>"
        try await withBrowser(try BrowserFixture.configuration(), logger: BrowserFixture.logger) { browser in
            let (hostile, other) = (try await browser.newContext(), try await browser.newContext())
            let (page, neighbour) = (try await hostile.newPage(), try await other.newPage())
            try await PageServer.with { _ in
                html
            } body: { server in
                // What becomes of the page itself is its own affair.
                _ = try? await page.navigate(to: server.origin, timeout: .seconds(10))
                _ = try? await page.snapshot(timeout: .seconds(10))
                let sum = try await neighbour.evaluate("1 + 1")
                #expect(sum == 2)
                #expect(!browser.isGone)
            }
        }
    }

    @Test("A worker that loops ends with its run, whether the session is kept or not", arguments: [nil, "s1"])
    func endsWorkers(session: String?) async throws {
        let pool = BrowserPool(try BrowserFixture.configuration(), logger: BrowserFixture.logger)
        do {
            try await ScriptedServer.with { connection in
                let request = try await connection.request()
                let isWorker = request.target == "/worker.js"
                let body =
                    isWorker
                    ? "oninstall = (event) => event.waitUntil(skipWaiting()); setTimeout(() => { for (;;) {} }, 500)"
                    : "<script>navigator.serviceWorker.register('worker.js').then(() => document.title = 'registered')</script>"
                let headers = ["Content-Type": isWorker ? "text/javascript" : "text/html"]
                try await connection.respond("200 OK", headers: headers, body: body)
            } body: { server in
                let context = try await pool.newContext(session: session)
                let page = try await context.newPage()
                _ = try await page.navigate(to: server.url)
                try await eventually("the worker") { try await page.title() == "registered" }
                let group = try #require(await pool.members.values.first?.browser.process?.group)
                try await eventually("the worker to loop") { try await Self.isBusy(group) }
                await context.close()
                try await eventually("the worker to end") { try await !Self.isBusy(group) }
            }
            await pool.close()
        } catch {
            await pool.close()
            throw error
        }
    }

    /// Whether a process group uses most of a processor.
    private static func isBusy(_ group: Int32) async throws -> Bool {
        let before = ProcessGroup.processorTime(of: group)
        try await Task.sleep(for: .seconds(1))
        return ProcessGroup.processorTime(of: group) - before > .milliseconds(500)
    }
}

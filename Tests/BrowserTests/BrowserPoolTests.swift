//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import TestSupport
import Testing

@testable import Browser

#if canImport(Glibc)
import Glibc
#endif

@Suite("The pool of browsers", .serialized)
struct BrowserPoolTests {
    private func withPool<Result: Sendable>(
        _ policy: PoolPolicy = PoolPolicy(),
        arguments: [String] = [],
        _ body: (BrowserPool) async throws -> Result
    ) async throws -> Result {
        let configuration = try BrowserFixture.configuration(arguments)
        let pool = BrowserPool(configuration, policy: policy, logger: BrowserFixture.logger)
        do {
            let result = try await body(pool)
            await pool.close()
            return result
        } catch {
            await pool.close()
            throw error
        }
    }

    /// A run: opens a page of the site, does something on it, and gives the context back.
    private func run<Result: Sendable>(
        _ pool: BrowserPool,
        session: String? = nil,
        on url: String,
        _ body: (Page) async throws -> Result
    ) async throws -> Result {
        let context = try await pool.newContext(session: session)
        do {
            let page = try await context.currentPage()
            _ = try await page.navigate(to: url)
            let result = try await body(page)
            await context.close()
            return result
        } catch {
            await context.close()
            throw error
        }
    }

    @Test("Runs of a session share cookies and storage; others do not see them")
    func sessions() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                let url = site.url("/todo")
                try await run(pool, session: "a", on: url) { page in
                    _ = try await page.evaluate("localStorage.setItem('k', 'v'), document.cookie = 'c=1; path=/'")
                }
                let look = "[localStorage.getItem('k'), document.cookie]"
                for session in [nil, "b"] {
                    let seen = try await run(pool, session: session, on: url) { try await $0.evaluate(look) }
                    #expect(seen == [.null, ""])
                }
                let again = try await run(pool, session: "a", on: url) { page in
                    #expect(page.dialogs.isEmpty)
                    return try await page.evaluate(look)
                }
                #expect(again == ["v", "c=1"])
            }
        }
    }

    @Test("Runs of a session go one after the other")
    func turns() async throws {
        try await withPool { pool in
            let first = try await pool.newContext(session: "a")
            let order = Watched<[String]>([])
            let second = Task {
                let context = try await pool.newContext(session: "a")
                order.update { $0.append("second begins") }
                await context.close()
            }
            let other = try await pool.newContext(session: "b")
            await other.close()
            order.update { $0.append("first ends") }
            await first.close()
            try await second.value
            #expect(order.current == ["first ends", "second begins"])
            let waiting = Task { try await pool.newContext(session: "c") }
            let held = try await waiting.value
            let cancelled = Task { try await pool.newContext(session: "c") }
            cancelled.cancel()
            await #expect(throws: CancellationError.self) { try await cancelled.value }
            await held.close()
            let free = try await pool.newContext(session: "c")
            await free.close()
        }
    }

    @Test("What a run downloaded and how it answered dialogs ends with it, also in a session")
    func freshStart() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                let context = try await pool.newContext(session: "a")
                let page = try await context.newPage()
                context.answerDialogs(.accept())
                _ = try await page.navigate(to: site.url("/download"))
                try await page.click("Monthly report")
                let path = try #require(try await context.waitForDownloads(count: 1).first?.path)
                await context.close()
                #expect(!FileManager.default.fileExists(atPath: path))
                let next = try await pool.newContext(session: "a")
                #expect(next.downloads.isEmpty)
                #expect(next.pageCount == 0)
                let fresh = try await next.newPage()
                #expect(try await fresh.evaluate("confirm('?')") == false)
                await next.close()
            }
        }
    }

    @Test("The oldest session gives way when there are too many")
    func forgetsOldestSession() async throws {
        try await withDemoSite { site in
            let url = site.url("/todo")
            try await withPool(PoolPolicy(sessions: 2)) { pool in
                for session in ["a", "b", "c"] {
                    try await run(pool, session: session, on: url) { page in
                        _ = try await page.evaluate("localStorage.setItem('k', 'v')")
                    }
                    // Contexts are taken back behind the runs' back, and one may overtake another.
                    try await eventually("the end of the run") { await pool.members.values.first?.contextsInUse == 0 }
                }
                #expect(await pool.kept.entries.map(\.session) == ["b", "c"])
                let first = try await run(pool, session: "a", on: url) { try await $0.evaluate("localStorage.length") }
                #expect(first == 0)
            }
        }
    }

    @Test("A session is forgotten when it was idle for too long")
    func forgetsIdleSessions() async throws {
        try await withDemoSite { site in
            let url = site.url("/todo")
            try await withPool(PoolPolicy(sessionIdleTime: .milliseconds(100))) { pool in
                try await run(pool, session: "a", on: url) { page in
                    _ = try await page.evaluate("localStorage.setItem('k', 'v')")
                }
                // It is kept only when its context has been taken back.
                try await eventually("the end of the run") { await pool.members.values.first?.contextsInUse == 0 }
                try await eventually("the session to expire") { await pool.kept.entries.isEmpty }
                let length = try await run(pool, session: "a", on: url) { try await $0.evaluate("localStorage.length") }
                #expect(length == 0)
            }
        }
    }

    @Test("A context that was made ahead is there at once")
    func isWarm() async throws {
        try await withPool { pool in
            try await pool.warmUp()
            for _ in 0..<3 {
                let spare = try await eventually("a spare") { await pool.members.values.first?.spares.first }
                let page = try #require(spare.openPages.first)
                let context = try await pool.newContext()
                #expect(context === spare)
                #expect(try await context.currentPage() === page)
                await context.close()
            }
        }
    }

    @Test("A browser that is killed fails the runs in it, and the next run gets another one")
    func isKilled() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                let context = try await pool.newContext(session: "a")
                let page = try await context.newPage()
                let group = try #require(await pool.members.values.first?.browser.process?.group)
                let loading = Task { try await page.navigate(to: site.url("/never/answers")) }
                try await eventually("the request") { page.isLoading }
                kill(-group, SIGKILL)
                let error = await #expect(throws: BrowserError.self) { try await loading.value }
                #expect(error == BrowserError(.browserGone, "the browser was ended by signal 9"))
                await context.close()
                let title = try await run(pool, session: "a", on: site.url("/todo")) { try await $0.title() }
                #expect(title == "Things to do")
                #expect(await pool.members.count == 1)
                try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
            }
        }
    }

    // In these two the time that a browser has to answer is as long as usual: those that do not hang are asked too.
    @Test("A browser that hangs is noticed, ended and replaced")
    func hangs() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                let context = try await pool.newContext()
                let other = try await pool.newContext()
                let page = try await other.newPage()
                let group = try #require(await pool.members.values.first?.browser.process?.group)
                let waiting = Task { try await page.waitForText("never", timeout: .seconds(120)) }
                kill(-group, SIGSTOP)
                await context.close()
                let error = await #expect(throws: BrowserError.self) { try await waiting.value }
                #expect(error?.code == .browserGone)
                await other.close()
                let title = try await run(pool, on: site.url("/todo")) { try await $0.title() }
                #expect(title == "Things to do")
                try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
            }
        }
    }

    @Test("A browser that hangs before a run is replaced before the run gets into it")
    func hangsBetweenRuns() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                try await pool.warmUp()
                try await eventually("a spare") { await pool.members.values.contains { $0.spares.count == 1 } }
                let group = try #require(await pool.members.values.first?.browser.process?.group)
                kill(-group, SIGSTOP)
                let title = try await run(pool, on: site.url("/todo")) { try await $0.title() }
                #expect(title == "Things to do")
                try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
            }
        }
    }

    @Test("A page that never becomes idle is closed with its run, and its process with it")
    func freezes() async throws {
        try await withDemoSite { site in
            try await withPool { pool in
                let context = try await pool.newContext(session: "a")
                let page = try await context.currentPage()
                _ = try await page.navigate(to: site.url("/never/idle"))
                let group = try #require(await pool.members.values.first?.browser.process?.group)
                _ = try? await page.click("Freeze", timeout: .seconds(1))
                let start = ContinuousClock.now
                await context.close()
                // A run that is cancelled does not wait for its page. The bound is for a machine that does much else.
                #expect(start.duration(to: .now) < .seconds(25))
                let title = try await run(pool, session: "a", on: site.url("/todo")) { try await $0.title() }
                #expect(title == "Things to do")
                // It is the same browser: one page is no reason to end it.
                #expect(await pool.members.values.first?.browser.process?.group == group)
            }
        }
    }

    @Test("A browser is replaced when it has served its runs, without a run that waits, and ends when the last one has")
    func retires() async throws {
        try await withDemoSite { site in
            try await withPool(PoolPolicy(runsPerBrowser: 3, sessions: 0)) { pool in
                let held = try await pool.newContext()
                let heldPage = try await held.newPage()
                let first = try #require(await pool.members.values.first?.browser.process?.group)
                for _ in 0..<3 { try await run(pool, on: site.url("/todo")) { _ = try await $0.title() } }
                try await eventually("another browser") { await pool.members.count == 2 }
                try await run(pool, on: site.url("/todo")) { _ = try await $0.title() }
                // The old one goes on for the run in it.
                #expect(try await heldPage.navigate(to: site.url("/todo")).status == 200)
                await held.close()
                try await eventually("the end of the first") { ProcessGroup.members(of: first).isEmpty }
                #expect(await pool.members.count == 1)
            }
        }
    }

    @Test("A browser that has grown too large is replaced")
    func grows() async throws {
        try await withPool(PoolPolicy(memoryBytes: 1 << 20, spares: 0)) { pool in
            let first = try await pool.newContext()
            let group = try #require(await pool.members.values.first?.browser.process?.group)
            let bytes = try #require(ProcessGroupMemory.bytes(of: group))
            #expect(bytes > 1 << 20)
            await first.close()
            for _ in 0..<9 { await (try await pool.newContext()).close() }
            try await eventually("the end of the first") { ProcessGroup.members(of: group).isEmpty }
        }
    }

    @Test("A pool that is closed leaves nothing behind and refuses new contexts, also while runs go on in it")
    func closes() async throws {
        let pool = BrowserPool(try BrowserFixture.configuration(), logger: BrowserFixture.logger)
        let context = try await pool.newContext(session: "a")
        let page = try await context.newPage()
        let process = try #require(await pool.members.values.first?.browser.process)
        let group = try #require(process.group)
        await pool.close()
        // What is killed still takes its time to go.
        try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
        #expect(!FileManager.default.fileExists(atPath: process.profile.path))
        let error = await #expect(throws: BrowserError.self) { try await page.title() }
        #expect(error?.code == .browserGone || error?.code == .pageClosed)
        await context.close()
        let closed = await #expect(throws: BrowserError.self) { try await pool.newContext() }
        #expect(closed == BrowserError(.browserGone, "the browser was closed"))
    }
}

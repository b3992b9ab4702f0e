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

/// A browser that somebody else has started with a debugging port.
private struct ForeignBrowser {
    let process: ChildProcess
    let port: Int
    /// The path of its DevTools socket.
    let path: String

    static func with<Result: Sendable>(_ body: (ForeignBrowser) async throws -> Result) async throws -> Result {
        try await withTemporaryDirectory { directory in
            let process = try ChildProcess(
                try Chromium.path,
                [
                    "--remote-debugging-port=0", "--headless=new", "--no-sandbox", "--no-first-run",
                    "--user-data-dir=\(directory.file("profile"))", "--disable-background-networking", "about:blank",
                ],
                outputPath: directory.file("log")
            )
            // It writes down its port, and the path in the next line.
            let (port, path) = try await eventually("the browser's port") { () -> (Int, String)? in
                let text = try String(contentsOfFile: directory.file("profile/DevToolsActivePort"), encoding: .utf8)
                let lines = text.split(separator: "\n")
                guard lines.count == 2, let port = Int(lines[0]) else { return nil }
                return (port, String(lines[1]))
            }
            do {
                let result = try await body(ForeignBrowser(process: process, port: port, path: path))
                try await process.killGroup()
                return result
            } catch {
                try await process.killGroup()
                throw error
            }
        }
    }
}

@Suite("A browser elsewhere", .serialized)
struct RemoteBrowserTests {
    @Test("It is used by its address, and goes on when it is left; nothing of ours stays in it")
    func isUsed() async throws {
        try await withDemoSite { site in
            try await ForeignBrowser.with { foreign in
                let configuration = BrowserConfiguration(cdpURL: "http://127.0.0.1:\(foreign.port)")
                let browser = try await Browser.launch(configuration, logger: BrowserFixture.logger)
                let context = try await browser.newContext()
                let page = try await context.newPage()
                #expect(try await page.navigate(to: site.url("/shop")).status == 200)
                // Longer than a frame may be by default, in both directions.
                let long = String(repeating: "x", count: 300_000)
                let length = try await page.evaluate("'\(long)'.length")
                #expect(length == 300_000)
                let text = try await page.evaluate("'y'.repeat(3000000)")
                #expect(text.string?.utf8.count == 3_000_000)
                // What is too long fails alone.
                let tooLong = await #expect(throws: BrowserError.self) {
                    try await page.evaluate("'y'.repeat(20 << 20)", timeout: .seconds(60))
                }
                #expect(tooLong?.message.contains("longer than 16 MiB") == true)
                #expect(!browser.isGone)
                #expect(try await page.screenshot(timeout: .seconds(60)).count > 1000)
                try await page.click("Add to cart", at: 0)
                try await page.waitForState("cart", ["Desk lamp": 1])
                await browser.close()
                #expect(browser.isGone)
                #expect(foreign.process.isRunning)
                let other = try await Browser.launch(configuration, logger: BrowserFixture.logger)
                // A page that is closed takes its time to go.
                try await eventually("nothing but the page that was there before") {
                    let targets = try await other.connection.call("Target.getTargets", until: .after(.seconds(30)))
                    let pages = (targets["targetInfos"]?.array ?? []).filter { $0["type"] == "page" }
                    return pages.allSatisfy { $0["url"] == "about:blank" }
                }
                await other.close()
            }
        }
    }

    @Test("Its socket can be given too, and nothing is downloaded from it to where nobody could find it")
    func socket() async throws {
        try await withDemoSite { site in
            try await ForeignBrowser.with { foreign in
                let socket = "ws://127.0.0.1:\(foreign.port)\(foreign.path)"
                let configuration = BrowserConfiguration(cdpURL: socket)
                try await withBrowser(configuration, logger: BrowserFixture.logger) { browser in
                    let context = try await browser.newContext()
                    let page = try await context.newPage()
                    _ = try await page.navigate(to: site.url("/download"))
                    try await page.click("Export as JSON")
                    try await page.waitForState("exported", 1)
                    #expect(context.downloads.isEmpty)
                }
            }
        }
    }

    @Test("When it goes away, what is under way fails with a clear line, and the next run connects to its successor")
    func isLost() async throws {
        let first = try await ForeignBrowser.with { foreign in
            let configuration = BrowserConfiguration(cdpURL: "http://127.0.0.1:\(foreign.port)")
            let pool = BrowserPool(configuration, logger: BrowserFixture.logger)
            let context = try await pool.newContext(session: "a")
            let page = try await context.newPage()
            let waiting = Task { try await page.evaluate("new Promise(() => {})", timeout: .seconds(120)) }
            try await eventually("the page to be asked") { try await page.evaluate("1") == 1 }
            // The connection breaks, the browser does not: then it is connected to again.
            await pool.members.values.first?.browser.kill()
            let error = await #expect(throws: BrowserError.self) { try await waiting.value }
            #expect(error?.code == .browserGone)
            let prefix = "the browser at http://127.0.0.1:\(foreign.port) "
            #expect(error?.message.hasPrefix(prefix) == true)
            await context.close()
            let again = try await pool.newContext(session: "a")
            let value = try await again.newPage().evaluate("6 * 7")
            #expect(value == 42)
            await again.close()
            return pool
        }
        let gone = await #expect(throws: BrowserError.self) { try await first.newContext() }
        #expect(gone?.code == .launchFailed)
        #expect(gone?.message.contains("cannot reach the browser at http://127.0.0.1:") == true)
        await first.close()
    }

    @Test("Where no browser is, the error says so in time", arguments: ["http", "ws"])
    func isMissing(scheme: String) async throws {
        let port = try RefusingPort()
        let configuration = BrowserConfiguration(
            cdpURL: "\(scheme)://127.0.0.1:\(port.number)/devtools/browser/x?token=secret",
            launchTimeout: .seconds(20)
        )
        let error = await #expect(throws: BrowserError.self) {
            try await Browser.launch(configuration, logger: BrowserFixture.logger)
        }
        #expect(error?.code == .launchFailed)
        #expect(error?.message.hasPrefix("cannot reach the browser at \(scheme)://127.0.0.1:\(port.number): ") == true)
        #expect(error?.message.contains("secret") == false)
    }

    @Test("What is no browser is told apart", arguments: ["http", "ws"])
    func isNoBrowser(scheme: String) async throws {
        try await withDemoSite { site in
            let configuration = BrowserConfiguration(cdpURL: "\(scheme)://127.0.0.1:\(site.port)")
            let error = await #expect(throws: BrowserError.self) {
                try await Browser.launch(configuration, logger: BrowserFixture.logger)
            }
            #expect(error?.code == .launchFailed)
            let reason =
                scheme == "http"
                ? "/json/version answered with HTTP status 404" : "it does not take a WebSocket at that path"
            #expect(error?.message == "cannot reach the browser at \(scheme)://127.0.0.1:\(site.port): \(reason)")
        }
    }

    @Test("A browser that never answers is given up at the deadline, and at once when the task is cancelled")
    func isSilent() async throws {
        try await withDemoSite { site in
            let configuration = BrowserConfiguration(
                cdpURL: "ws://127.0.0.1:\(site.port)/never/answers",
                launchTimeout: .milliseconds(500)
            )
            let error = await #expect(throws: BrowserError.self) {
                try await Browser.launch(configuration, logger: BrowserFixture.logger)
            }
            #expect(error?.message.hasSuffix(": no answer in time") == true)
            let patient = BrowserConfiguration(cdpURL: "ws://127.0.0.1:\(site.port)/never/answers")
            let launch = Task { try await Browser.launch(patient, logger: BrowserFixture.logger) }
            launch.cancel()
            await #expect(throws: CancellationError.self) { try await launch.value }
        }
    }

    @Test(
        "Addresses of browsers are understood",
        arguments: [
            ("http://localhost:9222", "http://localhost:9222", "/"),
            ("ws://10.0.0.1:9222/devtools/browser/ab", "ws://10.0.0.1:9222", "/devtools/browser/ab"),
            ("wss://user:pass@browsers.example/x?token=t", "wss://browsers.example:443", "/x?token=t"),
            ("https://[::1]:9", "https://[::1]:9", "/"),
        ]
    )
    func addresses(text: String, shown: String, path: String) throws {
        let url = try RemoteBrowserURL(text)
        #expect("\(url)" == shown)
        #expect(url.path == path)
    }

    @Test("Others are refused without being repeated", arguments: ["", "9222", "ftp://a", "ws://", "http://a:99999"])
    func refused(text: String) {
        let error = #expect(throws: BrowserError.self) { try RemoteBrowserURL(text) }
        #expect(error?.code == .invalidAddress)
    }
}

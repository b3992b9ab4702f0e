//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import TestSupport
import Testing

@testable import Browser

@Suite("The browser's process", .serialized)
struct BrowserProcessTests {
    /// Makes a program that can be run. A process of its own writes it: had this one the file open, so would have for a
    /// moment whatever other tests start just then, and the system runs no file that is open for writing.
    private func program(_ name: String, _ script: String, in directory: TemporaryDirectory) async throws -> String {
        let path = directory.file(name)
        let writer = try ChildProcess(
            "/bin/sh",
            ["-c", "printf %s \"$1\" >\"$2\" && chmod 700 \"$2\"", "sh", script, path],
            outputPath: directory.file("\(name).log")
        )
        let exit = try await writer.waitForExit()
        try #require(exit == .exited(0))
        return path
    }

    @Test("A closed browser leaves neither a process nor a profile directory behind")
    func leavesNothing() async throws {
        let browser = try await Browser.launch(BrowserFixture.configuration(), logger: BrowserFixture.logger)
        let group = try #require(browser.process?.group)
        let profile = try #require(browser.process?.profile.path)
        #expect(browser.version.contains("Chrom"))
        #expect(!ProcessGroup.members(of: group).isEmpty)
        #expect(FileManager.default.fileExists(atPath: profile))
        let start = ContinuousClock.now
        await browser.close()
        #expect(start.duration(to: .now) < .seconds(60))
        // What is killed still takes its time to go.
        try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
        #expect(!FileManager.default.fileExists(atPath: profile))
        #expect(browser.isGone)
        await browser.close()
    }

    @Test("A browser that is killed fails what is under way at once, and says so")
    func isKilled() async throws {
        try await withDemoSite { site in
            let browser = try await Browser.launch(BrowserFixture.configuration(), logger: BrowserFixture.logger)
            let group = try #require(browser.process?.group)
            let profile = try #require(browser.process?.profile.path)
            let page = try await browser.newContext().newPage()
            let loading = Task { try await page.navigate(to: site.url("/slow?ms=20000")) }
            try await eventually("the request") { page.isLoading }
            let start = ContinuousClock.now
            kill(-group, SIGKILL)
            let error = await #expect(throws: BrowserError.self) { try await loading.value }
            #expect(error == BrowserError(.browserGone, "the browser was ended by signal 9"))
            #expect(start.duration(to: .now) < .seconds(18))
            let later = await #expect(throws: BrowserError.self) { try await page.title() }
            #expect(later?.code == .browserGone)
            let context = await #expect(throws: BrowserError.self) { try await browser.newContext() }
            #expect(context?.code == .browserGone)
            await browser.close()
            #expect(!FileManager.default.fileExists(atPath: profile))
        }
    }

    @Test("A browser whose first process alone is killed is ended with all the others")
    func losesItsFirstProcess() async throws {
        let browser = try await Browser.launch(BrowserFixture.configuration(), logger: BrowserFixture.logger)
        let group = try #require(browser.process?.group)
        let page = try await browser.newContext().newPage()
        kill(group, SIGKILL)
        try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
        let error = await #expect(throws: BrowserError.self) { try await page.title() }
        #expect(error?.code == .browserGone)
        await browser.close()
    }

    @Test("A page that crashes fails what is under way, and the browser goes on")
    func survivesCrashedPages() async throws {
        try await withBrowser(BrowserFixture.configuration(), logger: BrowserFixture.logger) { browser in
            let page = try await browser.newContext().newPage()
            let waiting = Task { try await page.evaluate("new Promise(() => {})") }
            let error = await #expect(throws: BrowserError.self) {
                _ = try await page.call("Page.crash", until: .after(.seconds(60)))
            }
            #expect(error == BrowserError(.pageCrashed, "the page crashed"))
            let waited = await #expect(throws: BrowserError.self) { try await waiting.value }
            #expect(waited?.code == .pageCrashed)
            let later = await #expect(throws: BrowserError.self) { try await page.text() }
            #expect(later?.code == .pageCrashed)
            let other = try await browser.newContext().newPage()
            let value = try await other.evaluate("6 * 7")
            #expect(value == 42)
        }
    }

    @Test("A browser that does not stop when asked is killed")
    func isStubborn() async throws {
        let browser = try await Browser.launch(BrowserFixture.configuration(), logger: BrowserFixture.logger)
        let group = try #require(browser.process?.group)
        // Stopped, the browser answers nothing and takes no SIGTERM.
        kill(-group, SIGSTOP)
        let start = ContinuousClock.now
        await browser.close()
        #expect(start.duration(to: .now) < .seconds(60))
        try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
    }

    @Test("Without a browser the error names the package to install")
    func isMissing() async throws {
        let error = await #expect(throws: BrowserError.self) {
            try await Browser.launch(BrowserConfiguration(path: "/nowhere/chromium"), logger: BrowserFixture.logger)
        }
        #expect(error?.code == .browserNotFound)
        #expect(error?.message.contains("no browser at /nowhere/chromium") == true)
        #expect(error?.message.contains("apt-get install chromium") == true)
        #expect(throws: BrowserError.self) {
            try BrowserExecutable.find(nil, headless: true, searchPath: "/nowhere:/proc")
        }
        #expect(throws: BrowserError.self) {
            try BrowserExecutable.find("no-such-browser", headless: true, searchPath: "/usr/bin:/bin")
        }
        let path = try BrowserExecutable.find("sh", headless: true, searchPath: "/nowhere:/bin")
        #expect(path == "/bin/sh")
    }

    @Test("A launch that fails shows what the browser said, and leaves nothing behind")
    func failsToLaunch() async throws {
        try await withTemporaryDirectory { directory in
            let script =
                "#!/bin/sh\necho \"$$\" > '\(directory.file("pid"))'\necho 'no display, no fun' >&2\nsleep 100 & exit 3\n"
            let path = try await program("broken-browser", script, in: directory)
            let start = ContinuousClock.now
            let error = await #expect(throws: BrowserError.self) {
                try await Browser.launch(BrowserConfiguration(path: path), logger: BrowserFixture.logger)
            }
            #expect(error?.code == .launchFailed)
            let message = "\(path) did not start: the browser exited with status 3; it said:\nno display, no fun"
            #expect(error?.message == message)
            #expect(start.duration(to: .now) < .seconds(60))
            let group = try #require(
                Int32(String(contentsOfFile: directory.file("pid"), encoding: .utf8).split(separator: "\n")[0])
            )
            try await eventually("the end of the group") {
                ProcessGroup.members(of: group).isEmpty
            }
        }
    }

    @Test("A program that says nothing is given up when the launch has taken too long")
    func hangsAtLaunch() async throws {
        let start = ContinuousClock.now
        let error = await #expect(throws: BrowserError.self) {
            try await withTemporaryDirectory { directory in
                let path = try await program("silent-browser", "#!/bin/sh\nexec sleep 100\n", in: directory)
                let configuration = BrowserConfiguration(path: path, launchTimeout: .milliseconds(300))
                _ = try await Browser.launch(configuration, logger: BrowserFixture.logger)
            }
        }
        #expect(error?.code == .launchFailed)
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test("Cancelling a launch ends it at once with all that it had started")
    func isCancelledAtLaunch() async throws {
        try await withTemporaryDirectory { directory in
            let script = "#!/bin/sh\necho $$ > '\(directory.file("pid"))'\nexec sleep 100\n"
            let path = try await program("silent-browser", script, in: directory)
            let launch = Task {
                try await Browser.launch(BrowserConfiguration(path: path), logger: BrowserFixture.logger)
            }
            let group = try await eventually("the process") {
                (try? String(contentsOfFile: directory.file("pid"), encoding: .utf8))?.split(separator: "\n").first
                    .flatMap { Int32($0) }
            }
            let start = ContinuousClock.now
            launch.cancel()
            await #expect(throws: CancellationError.self) { try await launch.value }
            #expect(start.duration(to: .now) < .seconds(25))
            try await eventually("the end of the group") { ProcessGroup.members(of: group).isEmpty }
        }
    }

    @Test("Without a window the shell is preferred, and with one it is not used", arguments: [true, false])
    func prefersShell(headless: Bool) async throws {
        try await withTemporaryDirectory { directory in
            for name in ["chromium", "chromium-headless-shell"] {
                let path = directory.file(name)
                try "#!/bin/sh".write(toFile: path, atomically: true, encoding: .utf8)
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
            }
            let path = try BrowserExecutable.find(nil, headless: headless, searchPath: directory.path)
            #expect(path == directory.file(headless ? "chromium-headless-shell" : "chromium"))
            try FileManager.default.removeItem(atPath: path)
            let next = try? BrowserExecutable.find(nil, headless: headless, searchPath: directory.path)
            #expect(next == (headless ? directory.file("chromium") : nil))
        }
    }

    @Test("What others may change is never removed, and no link is followed")
    func leavesForeignDirectories() async throws {
        try await withTemporaryDirectory { directory in
            func make(_ name: String, permissions: Int, lock: Bool = true) throws -> String {
                let path = directory.file(name)
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
                if lock { try "".write(toFile: "\(path)/owner.lock", atomically: true, encoding: .utf8) }
                try FileManager.default.setAttributes([.posixPermissions: permissions], ofItemAtPath: path)
                return path
            }
            let kept = try make("elsewhere", permissions: 0o700)
            let writable = try make("stepcast-browser-writable", permissions: 0o777)
            let linkedLock = try make("stepcast-browser-linked", permissions: 0o700, lock: false)
            symlink("\(kept)/owner.lock", "\(linkedLock)/owner.lock")
            let link = directory.file("stepcast-browser-link")
            symlink(kept, link)
            let abandoned = try make("stepcast-browser-abandoned", permissions: 0o755)
            try FileManager.default.createDirectory(atPath: "\(abandoned)/a/b", withIntermediateDirectories: true)
            symlink(kept, "\(abandoned)/a/b/link")
            var others: [String] = []
            if geteuid() == 0 {
                let path = try make("stepcast-browser-other", permissions: 0o700)
                #expect(chown(path, 65_534, 65_534) == 0)
                others.append(path)
            }
            let profile = try ProfileDirectory(in: URL(fileURLWithPath: directory.path))
            #expect(!FileManager.default.fileExists(atPath: abandoned))
            for path in [kept, "\(kept)/owner.lock", writable, linkedLock, link] + others {
                #expect(FileManager.default.fileExists(atPath: path), "\(path)")
            }
            await profile.remove()
            #expect(!FileManager.default.fileExists(atPath: profile.path))
        }
    }

    @Test("A profile directory whose owner was killed is removed by the next one; those in use stay")
    func removesAbandonedDirectories() async throws {
        try await withTemporaryDirectory { directory in
            let parent = URL(fileURLWithPath: directory.path)
            let abandoned = directory.file("stepcast-browser-abandoned")
            let foreign = directory.file("stepcast-browser-foreign")
            for path in [abandoned, foreign] {
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            }
            try "".write(toFile: "\(abandoned)/owner.lock", atomically: true, encoding: .utf8)
            let first = try ProfileDirectory(in: parent)
            let second = try ProfileDirectory(in: parent)
            #expect(!FileManager.default.fileExists(atPath: abandoned))
            #expect(FileManager.default.fileExists(atPath: foreign))
            #expect(FileManager.default.fileExists(atPath: first.path))
            await first.remove()
            await second.remove()
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory.path) == ["stepcast-browser-foreign"])
        }
    }

    @Test("A browser of the pool that died is started again for the next context")
    func isStartedAgain() async throws {
        let shared = BrowserPool(try BrowserFixture.configuration(), logger: BrowserFixture.logger)
        do {
            let first = try await shared.newContext().newPage()
            // Browser.crash ends the whole browser, so it is never answered.
            let error = await #expect(throws: BrowserError.self) {
                try await first.connection.call("Browser.crash", until: .after(.seconds(60)))
            }
            #expect(error?.code == .browserGone)
            let second = try await shared.newContext().newPage()
            let value = try await second.evaluate("1 + 1")
            #expect(value == 2)
            await shared.close()
            let closed = await #expect(throws: BrowserError.self) { try await shared.newContext() }
            #expect(closed == BrowserError(.browserGone, "the browser was closed"))
        } catch {
            await shared.close()
            throw error
        }
    }
}

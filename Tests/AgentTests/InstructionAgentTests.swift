//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import Instructions
import Logging
import TestSupport
import Testing

@testable import Browser

@Suite("The instruction agent", .sharedAgent)
struct InstructionAgentTests {
    @Test("goes to google.com, searches for hello world and says each step as documented")
    func documentedExample() async throws {
        let (outcome, log) = try await AgentFixture.shared.run("Go to google.com and search for hello world")
        #expect(
            log.messages == [
                "🎯 Task: Go to google.com and search for hello world",
                "📍 Step 1: Navigate to google.com",
                "▶️ navigate: url: https://google.com",
                "🔗 Navigated to http://google.com/",
                "📍 Step 2: Search for hello world",
                "▶️ search: query: hello world",
                "⌨️ Typed \"hello world\" into Search",
                "⌨️ Pressed Enter",
                "🔗 Navigated to http://google.com/search?q=hello+world",
                "📄 Result: hello world - Search; first result: hello world: an introduction",
                "✅ Task completed successfully",
            ]
        )
        let result = "hello world - Search; first result: hello world: an introduction"
        #expect(outcome.isSuccess && outcome.result == result && outcome.steps == 2)
        let navigated = try #require(log.lines.first { $0.message.hasPrefix("🔗") })
        #expect(navigated.step == 1)
        #expect(navigated.action == "navigate")
        #expect(navigated.url == "http://google.com/")
        #expect(navigated.durationMilliseconds != nil)
        #expect(log.lines.allSatisfy { $0.level <= .info })
    }

    @Test(
        "A task on the site leads to where it should",
        arguments: [
            (
                "type \"ada@example.com\" into Email, type \"correct horse\" into Password and click Sign in, wait for Welcome and read the heading",
                "/login", "Welcome, Ada"
            ),
            (
                "check Gift wrap, uncheck Newsletter, select Green from Colour and read the status", "/lists",
                "colour: green, fruits: none, extras: gift, delivery: post"
            ),
            (
                "select By bicycle then read the status", "/lists",
                "colour: none, fruits: none, extras: news, delivery: bike"
            ),
            ("click \"Ask to confirm\" and confirm, then read the status", "/dialog", "confirm: true"),
            ("wait for Loaded, click Show more, read the status", "/slow-content?ms=500", "More shown"),
            ("make sure the page shows \"Answered after 300 ms\" and read the title", "/slow?ms=300", "A slow answer"),
            ("type \"hi\" into Note, click Save note, wait for \"Saved: hi\", read the title", "/iframe", "A frame"),
            ("type Lisbon into City, click Save city and read the status", "/shadow", "City: Lisbon"),
            ("click the second Details link and read the status", "/links", "Arrived at chair-details"),
            (
                "click Link 42, go back, scroll to the bottom, click the last link, read the status", "/links",
                "Arrived at last"
            ),
            ("click \"Opens in a new tab\" and read the status", "/links", "Arrived at new-tab"),
            ("search for cats and click the first result and read the status", "/", "Article 1"),
            ("open /lists, refresh the page and read the title", "/", "Lists and choices"),
        ]
    )
    func carriesOut(steps: String, path: String, result: String) async throws {
        let agent = try AgentFixture.shared
        let (outcome, log) = try await agent.run("go to \(agent.site.url(path)) then \(steps)")
        #expect(outcome.result == result, "\(log.messages)")
        #expect(outcome.isSuccess)
        #expect(log.messages.last == "✅ Task completed successfully")
    }

    @Test("Dialogs, new tabs and passwords are told, the last without their text")
    func tellsWhatHappens() async throws {
        let agent = try AgentFixture.shared
        let dialog = try await agent.run("go to \(agent.site.url("/dialog")) and click Show alert").log.messages
        #expect(dialog.contains("🖱️ Clicked \"Show alert\""))
        #expect(dialog.contains("💬 The page showed alert \"Hello from the page\"; it was answered with OK"))
        let tab = try await agent.run("go to \(agent.site.url("/links")) and click Opens in a new tab").log.messages
        #expect(tab.contains("🔗 Opened a new tab: \(agent.site.url("/links/new-tab"))"))
        let login = try await agent.run("go to \(agent.site.url("/login")), type hunter2 into Password").log.messages
        #expect(login.contains("⌨️ Typed •••• into Password"))
        #expect(!login.dropFirst().contains { $0.contains("hunter2") })
    }

    @Test(
        "A step that fails ends the task with an error that says which and why",
        arguments: [
            (
                "click Frobnicate and read the title", "/lists",
                "Step 2 failed (Click Frobnicate): no button, link or other element \"Frobnicate\" on"
            ),
            ("search for cats", "/lists", "Step 2 failed (Search for cats): no search field on"),
            (
                "make sure the page shows Frobnicate", "/",
                "Step 2 failed (Make sure that the page shows Frobnicate): it is not so that Frobnicate is on the page"
            ),
            ("select Purple from Colour", "/lists", "no option \"Purple\" in \"Colour\"; there are"),
            ("go back", "/", "Step 2 failed (Go back): there is no earlier page to go to"),
            ("read the title", "/fails", "/fails answered with HTTP status 500"),
            ("read the title", "/nowhere", "/nowhere answered with HTTP status 404"),
            ("read the title", "/drops", "/drops: net::ERR_EMPTY_RESPONSE"),
            ("check Gold member", "/lists", "\"Gold member\" is disabled"),
        ]
    )
    func fails(steps: String, path: String, reason: String) async throws {
        let agent = try AgentFixture.shared
        let (outcome, log) = try await agent.run("go to \(agent.site.url(path)), \(steps)", stepTimeout: .seconds(30))
        #expect(!outcome.isSuccess)
        let error = try #require(outcome.error)
        #expect(error.contains(reason), "\(error)")
        let last = try #require(log.lines.last)
        #expect(last.level == .error)
        #expect(last.message == "❌ \(error)")
        #expect(!log.messages.contains { $0.hasPrefix("✅") })
    }

    @Test("A task that is not understood fails before anything is done")
    func notUnderstood() async throws {
        let (outcome, log) = try await AgentFixture.shared.run("Frobnicate the foo")
        #expect(outcome.steps == 0)
        #expect(log.messages.count == 2)
        #expect(
            outcome.error?.hasPrefix("The task is not understood: step 1, \"Frobnicate the foo\", is not understood;")
                == true
        )
    }

    @Test("A task that begins without a page is told to open one")
    func hasNoPage() async throws {
        let (outcome, _) = try await AgentFixture.shared.run("search for cats")
        #expect(outcome.error?.contains("no page is open; begin with a step such as \"go to example.com\"") == true)
    }

    @Test("A task of more steps than allowed fails when it gets there")
    func takesTooManySteps() async throws {
        let agent = try AgentFixture.shared
        let (outcome, _) = try await agent.run("go to \(agent.site.url), scroll down, scroll up", maxSteps: 2)
        #expect(outcome.steps == 2)
        #expect(outcome.error == "Stopped after 2 steps, the most allowed; 1 were left to do")
    }

    @Test(
        "Cancelling takes effect inside a page load and inside a wait, long before they are over",
        arguments: [
            "go to SITE/slow?ms=30000", "go to SITE/ and wait 60 seconds", "go to SITE/ and wait for Frobnicate",
            "go to SITE/ and click Frobnicate",
        ]
    )
    func isCancelled(task: String) async throws {
        let agent = try AgentFixture.shared
        let log = try RecordedLog()
        let contexts = Contexts()
        let last = task.contains(" and ") ? 2 : 1
        try await Turnstile.pages.pass {
            let running = Task {
                let runner = InstructionAgent(events: log) { contexts.add(try await agent.browser.newContext()) }
                return try await runner.run(task: task.replacing("SITE", with: agent.site.url.dropLast()))
            }
            do {
                try await eventually("step \(last)") {
                    log.lines.contains { $0.step == last && $0.message.hasPrefix("▶️") }
                }
            } catch {
                running.cancel()
                throw error
            }
            let start = ContinuousClock.now
            running.cancel()
            await #expect(throws: CancellationError.self) { try await running.value }
            #expect(start.duration(to: .now) < .seconds(25))
        }
        #expect(!log.messages.contains { $0.hasPrefix("❌") || $0.hasPrefix("✅") })
        let context = try #require(contexts.all.first)
        #expect(context.pageCount == 0)
    }

    @Test("A browser that dies in the middle fails the task at once, and the next task gets a new one")
    func losesBrowser() async throws {
        let site = try AgentFixture.shared.site
        let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
        // As the shared one: a machine that is busy with tests takes its time for a start.
        let configuration = BrowserConfiguration(path: try Chromium.path, launchTimeout: .seconds(120))
        let browser = BrowserPool(configuration, logger: logger)
        let log = try RecordedLog()
        let contexts = Contexts()
        let running = Task {
            let agent = InstructionAgent(events: log) { contexts.add(try await browser.newContext()) }
            return try await agent.run(task: "go to \(site.url("/slow?ms=30000"))")
        }
        do {
            let page = try await eventually("the request") {
                contexts.all.first?.pages.current.open.first { $0.isLoading }
            }
            page.connection.post("Browser.crash")
            let outcome = try await running.value
            #expect(outcome.error?.hasPrefix("Step 1 failed") == true)
            #expect(outcome.error?.contains(": the browser ") == true)
            #expect(log.messages.last?.hasPrefix("❌ Step 1 failed") == true)
            let next = InstructionAgent(events: log) { try await browser.newContext() }
            let second = try await next.run(task: "go to \(site.url("/lists")) and read the title")
            #expect(second.result == "Lists and choices")
            await browser.close()
        } catch {
            running.cancel()
            await browser.close()
            throw error
        }
    }

    @Test("Without a browser the log names the package to install")
    func hasNoBrowser() async throws {
        let log = try RecordedLog()
        let logger = Logger(label: "browser", factory: { _ in SwiftLogNoOpLogHandler() })
        let missing = BrowserPool(BrowserConfiguration(path: "/nowhere/chromium"), logger: logger)
        let outcome = try await InstructionAgent(events: log) { try await missing.newContext() }.run(
            task: "go to google.com"
        )
        #expect(!outcome.isSuccess)
        let last = try #require(log.lines.last)
        #expect(last.level == .error)
        #expect(last.message.hasPrefix("❌ Cannot start the browser: no browser at /nowhere/chromium"))
        #expect(last.message.contains("apt-get install chromium"))
        await missing.close()
    }
}

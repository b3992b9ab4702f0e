//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import AgentLogs
import Browser
import JSON
import Models
import TestSupport
import Testing

@Suite("The model's agent", .sharedAgent)
struct ModelAgentTests {
    @Test(
        "signs in, over either protocol, and says each step as users know it",
        arguments: ModelConfiguration.Provider.allCases
    )
    func signsIn(provider: ModelConfiguration.Provider) async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let run = try await fixture.runModel("Sign in as Ada", provider: provider, pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/login"))
            case 2:
                return .decide(
                    try turn.input("email", "ada@example.com"),
                    try turn.input("password", "correct horse"),
                    try turn.click("Sign in"),
                    goal: "Sign in"
                )
            default:
                #expect(try await pages.shown().evaluate("document.querySelector('h1').textContent") == "Welcome, Ada")
                return turn.text.contains("Welcome, Ada") ? .done("Signed in as Ada") : .done("No", success: false)
            }
        }
        #expect(run.outcome.isSuccess)
        #expect(run.outcome.result == "Signed in as Ada")
        #expect(run.outcome.steps == 3)
        #expect(run.tokens == TokenUsage(input: 300, cachedInput: provider == .anthropic ? 180 : 0, output: 30))
        let told = run.messages.filter { !$0.hasPrefix("🧠") && !$0.hasPrefix("👍") }
        let (email, password, button) = try (
            run.turns[1].index("email"), run.turns[1].index("password"), run.turns[1].index("Sign in")
        )
        #expect(
            told == [
                "🎯 Task: Sign in as Ada", "🤖 Model: scripted", "📍 Step 1: about:blank", "🎯 Next goal: Go on",
                "▶️ navigate: url: \(site.url("/login")), new_tab: false", "🔗 Navigated to \(site.url("/login"))",
                "📍 Step 2: Sign in (\(site.url("/login")))", "🎯 Next goal: Sign in",
                "▶️ input: index: \(email), text: ada@example.com, clear: true",
                "⌨️ Typed \"ada@example.com\" into \"Email\"",
                "▶️ input: index: \(password), text: ••••, clear: true", "⌨️ Typed •••• into \"Password\"",
                "▶️ click: index: \(button)", "🖱️ Clicked \"Sign in\"", "🔗 Navigated to \(site.url("/account"))",
                "📍 Step 3: Account (\(site.url("/account")))", "🎯 Next goal: Go on", "▶️ done: success: true",
                "📄 Result: Signed in as Ada", "✅ Task completed successfully",
            ]
        )
        #expect(run.messages.contains("👍 Eval: Success"))
        #expect(run.messages.contains("🧠 Memory: Nothing yet"))
        #expect(!run.messages.contains { $0.contains("correct horse") })
    }

    @Test("adds to a list with the keyboard, step after step")
    func addsTodos() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let things = ["Sew", "Knit", "Mend"]
        let run = try await fixture.runModel(pages: pages) { turn in
            if turn.number == 1 { return .navigate(site.url("/todo")) }
            guard turn.number - 2 < things.count else {
                let todos = try await pages.shown().evaluate(
                    "JSON.parse(document.body.dataset.state).todos.map(t => t.title)"
                )
                #expect(todos == .array(things.map { .string($0) }))
                return .done()
            }
            return .decide(
                try turn.input("needs to be done", things[turn.number - 2]),
                ["send_keys": ["keys": "Enter"]]
            )
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.messages.count { $0 == "⌨️ Pressed Enter" } == 3)
        let seen = try #require(run.turns.last?.text)
        #expect(seen.contains("Step 3:"))
        #expect(
            seen.contains("<last_results>\nTyped \"Mend\" into \"New thing to do\"\nPressed Enter\n</last_results>")
        )
    }

    @Test("chooses in lists and checks boxes, and reads the options")
    func chooses() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let run = try await fixture.runModel(pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/lists"))
            case 2:
                let colour = JSONValue.integer(Int64(try turn.index("<select", "name=colour")))
                return .decide(
                    ["dropdown_options": ["index": colour]],
                    ["select_dropdown": ["index": colour, "text": "Green"]],
                    try turn.click("Gift wrap"),
                    try turn.click("By bicycle")
                )
            default:
                #expect(turn.text.contains("Black (sold out)"))
                #expect(try await pages.status() == "colour: green, fruits: none, extras: gift+news, delivery: bike")
                return .done()
            }
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
    }

    @Test("opens, switches and closes tabs, and goes back")
    func usesTabs() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        @Sendable func tab(_ turn: ModelTurn, _ title: String) throws -> String {
            let line = turn.text.split(separator: "\n").first { $0.hasPrefix("Tab ") && $0.contains(title) }
            return String(try #require(line).dropFirst(4).prefix(4))
        }
        let run = try await fixture.runModel(pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/links"))
            case 2: return .decide(try turn.click("Opens in a new tab"), try turn.click("Link 7"))
            case 3:
                #expect(turn.text.contains("It opened the tab "))
                #expect(turn.text.contains("were not carried out: another tab is shown now"))
                #expect(try await pages.status() == "Arrived at new-tab")
                return .decide(["switch": ["tab_id": .string(try tab(turn, "Many links"))]])
            case 4: return .decide(["close": ["tab_id": .string(try tab(turn, "Link new-tab"))]])
            case 5:
                #expect(!turn.text.contains("\nTab "))
                return .decide(try turn.click("Link 42"))
            case 6: return .decide(["go_back": [:]], evaluation: "Failure: wrong link")
            default: return .done(try await pages.shown().url)
            }
        }
        #expect(run.outcome.result == site.url("/links"), "\(run.messages)")
        #expect(run.messages.contains("⚠️ Eval: Failure: wrong link"))
        #expect(run.messages.contains("⏭️ Left out 1 of the step's actions: another tab is shown now"))
    }

    @Test("leaves a step's later actions out when the page has changed under them")
    func dropsLaterActions() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let run = try await fixture.runModel(pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/links"))
            case 2: return .decide(try turn.click("Link 5"), try turn.click("Link 6"), try turn.click("Link 7"))
            case 3:
                #expect(try await pages.status() == "Arrived at 5")
                #expect(
                    turn.text.contains(
                        "The last 2 actions were not carried out: the page is now \(site.url("/links/5"))"
                    )
                )
                return .decide(try turn.click("Back to the links"), ["done": ["text": "x", "success": true]])
            case 4:
                #expect(turn.text.contains("done stands alone in its step"))
                let page = try await pages.shown()
                _ = try await page.evaluate(
                    "for (const n of [8, 9]) document.querySelector(`a[href='/links/${n}']`).onclick = "
                        + "(event) => { event.preventDefault(); document.querySelector(\"a[href='/links/10']\").remove(); }"
                )
                return .decide(try turn.click("Link 8"), try turn.click("Link 10"), try turn.click("Link 11"))
            default:
                #expect(turn.text.contains("2 actions were not carried out"))
                #expect(turn.text.contains("is no longer on the page"))
                return .done()
            }
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.outcome.steps == 5)
    }

    @Test("tells the model what failed: an element that was never there, one that is gone, a page that does not open")
    func tellsFailures() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let refusing = try RefusingPort()
        let run = try await fixture.runModel(options: ModelAgentOptions(maximumFailures: 9), pages: pages) { turn in
            switch turn.number {
            case 1: return .navigate(site.url("/dialog"))
            case 2: return .decide(["click": ["index": 999]])
            case 3:
                #expect(turn.text.contains("Failed: click: there is no element [999] on the page as you saw it"))
                let alert = try turn.click("Show alert")
                _ = try await pages.shown().evaluate("document.getElementById('alert').remove()")
                return .decide(alert)
            case 4:
                #expect(turn.text.contains("Failed: click: \"Show alert\" is no longer on the page"))
                return .decide(try turn.click("Ask to confirm"))
            case 5:
                #expect(
                    turn.text.contains(
                        "The page showed confirm \"Are you sure?\"; it was answered with Cancel (for another answer: answer_dialog"
                    )
                )
                return .navigate(refusing.url)
            default:
                #expect(turn.text.contains("net::ERR_CONNECTION_REFUSED"))
                return .done("gave up", success: false)
            }
        }
        #expect(!run.outcome.isSuccess)
        #expect(run.outcome.result == "gave up")
        #expect(run.outcome.error == "the task was not done, by the model's own judgement")
        #expect(run.messages.last == "❌ Task completed without success")
    }

    @Test("scrolls, finds text, extracts by the model, runs JavaScript and waits")
    func reads() async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let pages = RunPages()
        let run = try await fixture.runModel(pages: pages) { turn in
            if turn.schema?["properties"]?["answer"] != nil {
                #expect(turn.text.contains("Question: Which planets?"))
                #expect(turn.text.contains("Neptune"))
                return .answer(#"{"answer":"Mercury to Neptune"}"#)
            }
            switch turn.number {
            case 1: return .navigate(site.url("/lists"))
            case 2:
                return .decide(
                    ["scroll": ["down": true, "pages": 10]],
                    ["find_text": ["text": "mercury"]],
                    ["evaluate": ["code": "1 + 41"]],
                    ["wait": ["seconds": 1]],
                    ["extract": ["query": "Which planets?"]]
                )
            default:
                #expect(turn.text.contains("\n42\n"))
                #expect(turn.text.contains("Mercury to Neptune"))
                return .done()
            }
        }
        #expect(run.outcome.isSuccess, "\(run.messages)")
        #expect(run.tokens.output == 40)
        #expect(run.messages.contains("📄 Extracted: Mercury to Neptune"))
    }

    @Test("shows pictures to models that can see: in every step, or when asked", arguments: [true, false])
    func showsPictures(always: Bool) async throws {
        let fixture = try AgentFixture.shared
        let site = fixture.site
        let options = ModelAgentOptions(sight: always ? .always : .onRequest)
        let run = try await fixture.runModel(options: options) { turn in
            switch turn.number {
            case 1: .navigate(site.url("/lists"))
            case 2: .decide(["screenshot": [:]])
            default: .done()
            }
        }
        #expect(run.turns.map { $0.messages[0].images } == (always ? [1, 1, 1] : [0, 0, 1]))
    }
}

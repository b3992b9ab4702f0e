//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import Testing

@testable import AgentEvents

@Suite("The record of an event")
struct AgentEventRendererTests {
    private let renderer: AgentEventRenderer

    init() throws {
        renderer = AgentEventRenderer(requestID: try Identifier("r"))
    }

    private func record(_ event: AgentEvent) -> LogRecord { renderer.record(of: event, at: .now()) }

    @Test("Has the event's step, action, address and time, and no number yet")
    func fields() {
        let record = record(
            AgentEvent(
                .acted(.clicked("Save")),
                step: 2,
                action: "click",
                url: "http://a.test/",
                duration: .milliseconds(1234)
            )
        )
        #expect(record.message == "🖱️ Clicked \"Save\"")
        #expect((record.step, record.action, record.url) == (2, "click", "http://a.test/"))
        #expect(record.durationMilliseconds == 1234)
        #expect((record.level, record.kind, record.seq) == (.info, .log, nil))
    }

    @Test(
        "Says what happened in a run",
        arguments: [
            (.task("Sign in"), .info, "🎯 Task: Sign in"),
            (.finished(.succeeded), .info, "✅ Task completed successfully"),
            (.finished(.givenUp), .error, "❌ Task completed without success"),
            (.finished(.failed("no page")), .error, "❌ no page"),
            (.stopped("the run was cancelled"), .warning, "❌ Stopped: the run was cancelled"),
            (
                .tokens(TokenUsage(input: 12, cachedInput: 8, output: 3)), .info,
                "🧮 Tokens: 12 read (8 of them cached), 3 written"
            ),
            (.stepBegan(title: "Click Save"), .info, "📍 Step 1: Click Save"),
            (.evaluated("Maybe", .unclear), .info, "❔ Eval: Maybe"),
            (.noAnswer("timed out"), .warning, "⚠️ The model did not answer: timed out"),
            (
                .pageShortened(characters: 2000, reason: "too long"), .warning,
                "⚠️ This was more than the model can read; it sees 2000 characters of a page from now on: too long"
            ),
            (.retried("cannot open a", with: "b"), .debug, "cannot open a; trying b"),
            (.retried("cannot open a", with: nil), .debug, "cannot open a; trying again"),
            (
                .choseFirst(of: 2, name: "button", isNamed: false, place: nil), .info,
                "🔎 2 elements fit \"button\"; took the first"
            ),
            (.downloadFailed("a.csv", reason: "too large"), .warning, "📥 Download of a.csv failed: too large"),
            (.blocked("10.0.0.1:80 (private address)"), .warning, "🚫 Blocked: 10.0.0.1:80 (private address)"),
        ] as [(AgentEvent.What, LogLevel, String)]
    )
    func texts(what: AgentEvent.What, level: LogLevel, message: String) {
        let record = record(AgentEvent(what, step: 1))
        #expect(record.message == message)
        #expect(record.level == level)
    }

    @Test(
        "Says what was done",
        arguments: [
            (.navigated(to: "u", status: 404), "🔗 Navigated to u (HTTP status 404)"),
            (
                .navigated(to: "u", leftUnresponsivePage: true),
                "🔗 Navigated to u in a new tab, as the page did not answer"
            ),
            (.openedTab("u"), "🔗 Opened u in a new tab"),
            (.wentThroughHistory(isBack: false, to: "u"), "↩️ Went forward to u"),
            (.reloaded("u"), "🔄 Reloaded u"),
            (.switchedTab(to: "u"), "🔀 Switched to the tab u"),
            (.switchedTab(id: "0AF3", to: "u"), "🔗 Switched to tab 0AF3: u"),
            (.closedTab(id: "0AF3"), "🗑️ Closed tab 0AF3"),
            (.clicked("x", closedItsTab: true), "🖱️ Clicked \"x\", which closed its tab"),
            (.hovered("x"), "🖱️ Moved the mouse over \"x\""),
            (.dragged("x", onto: "y"), "🖱️ Dragged \"x\" onto \"y\""),
            (.focused("x"), "🖱️ Put the cursor into x"),
            (.scrolledTo("x"), "🖱️ Scrolled to \"x\""),
            (.scrolledToText("x"), "🔍 Scrolled to \"x\""),
            (.typed("a"), "⌨️ Typed \"a\""),
            (.typed(nil, into: .plain("x")), "⌨️ Typed •••• into x"),
            (.typed("a", into: .quoted("x"), nowHolds: "b"), "⌨️ Typed \"a\" into \"x\"; it now holds \"b\""),
            (.cleared(.quoted("x")), "⌨️ Cleared \"x\""),
            (.pressed("Tab", times: 2), "⌨️ Pressed Tab 2 times"),
            (.setChecked("x", isOn: false), "☑️ Unchecked \"x\""),
            (.selected(["a", "b"], in: .plain("x")), "☑️ Selected \"a\", \"b\" in x"),
            (.unselected("a", in: "x"), "☑️ Unselected \"a\" in x"),
            (.selectedNothing(), "☑️ Selected nothing"),
            (.foundSelected("a"), "☑️ \"a\" was selected already"),
            (.setExpanded("x", isOpen: false), "📂 Closed \"x\""),
            (.foundExpanded("x", isOpen: true), "📂 \"x\" was open already"),
            (.listedOptions(3, of: 7), "📋 Listed 3 options of [7]"),
            (.found("x", steps: 1), "👀 Found \"x\" after 1 step"),
            (.ranScript(value: "1"), "💻 Ran JavaScript: 1"),
            (.waited(.milliseconds(500)), "⏳ Waited 0.5 s"),
            (.uploaded("a.txt", to: "x"), "📎 Uploaded a.txt to x"),
            (.uploadedByButton("a.txt", button: "x"), "📎 Uploaded a.txt by x"),
            (.putFile("/a.txt", into: "x"), "📤 Put /a.txt into \"x\""),
            (.preparedAnswer("OK"), "💬 When the page asks, the answer will be OK"),
            (.answered(dialog: "confirm", message: "m", answer: "OK"), "💬 Confirm \"m\" was answered with OK"),
        ] as [(PerformedAction, String)]
    )
    func actions(action: PerformedAction, message: String) {
        #expect(record(AgentEvent(.acted(action))).message == message)
    }

    @Test("Of a picture is a record of its own kind")
    func picture() {
        let record = record(AgentEvent(.pictured(path: "/api/agents/r/screenshots/3"), step: 3, url: "http://a.test/"))
        #expect(record.message == "📸 Screenshot of step 3")
        #expect((record.level, record.kind, record.step) == (.debug, .screenshot, 3))
        #expect(record.data == ["url": "/api/agents/r/screenshots/3"])
    }

    @Test("Is no longer than the event allows, its sign included")
    func limit() {
        #expect(record(AgentEvent(.remembered("abcdef"), textLimit: 12)).message == "🧠 Memory: a…")
    }

    @Test(
        "Of a call has its parameters in order, those without a name by their value",
        arguments: [
            (ActionCall("go_back"), "▶️ go_back"),
            (ActionCall("scroll", ("", "down"), nil, ("times", "2")), "▶️ scroll: down, times: 2"),
            (ActionCall("click", ("index", "3")), "▶️ click: index: 3"),
        ]
    )
    func calls(call: ActionCall, message: String) {
        #expect(record(AgentEvent(.actionBegan(call))).message == message)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import Browser
import Testing

@Suite("The instruction planner")
struct InstructionPlannerTests {
    struct Sentence: Sendable, CustomTestStringConvertible {
        var text: String
        var actions: [Instruction.Action]
        var testDescription: String { text }

        init(_ text: String, _ actions: Instruction.Action...) {
            self.text = text
            self.actions = actions
        }
    }

    static func fill(_ name: String, _ text: String) -> Instruction.Action { .fill(Locator(.fill, name), text: text) }

    static func click(_ name: String, role: Locator.Role? = nil, index: Int? = nil) -> Instruction.Action {
        .click(Locator(.click, name, role: role, index: index))
    }

    @Test(
        "A sentence becomes the step that it means",
        arguments: [
            Sentence("Go to google.com", .navigate("google.com")),
            Sentence("go to https://example.com/a?b=c#d.", .navigate("https://example.com/a?b=c#d")),
            Sentence("Navigate to the website example.org", .navigate("example.org")),
            Sentence("visit localhost:8080/login", .navigate("localhost:8080/login")),
            Sentence("open \"example.com\"", .navigate("example.com")),
            Sentence("open /lists", .navigate("/lists")),
            Sentence("Open Settings", click("Settings")),
            Sentence("go to the login page", click("login")),
            Sentence("search for hello world", .search("hello world")),
            Sentence("Search for \"salt, and then pepper\"", .search("salt, and then pepper")),
            Sentence("look up Ada Lovelace", .search("Ada Lovelace")),
            Sentence("search google.com for cats", .navigate("google.com"), .search("cats")),
            Sentence("search for cats in boots on example.com", .navigate("example.com"), .search("cats in boots")),
            Sentence("click Sign in", click("Sign in")),
            Sentence("Click on the Sign in button", click("Sign in", role: .button)),
            Sentence("click the \"More, and more\" link", click("More, and more", role: .link)),
            Sentence("click the first result", click("", role: .result, index: 0)),
            Sentence("click the second Details link", click("Details", role: .link, index: 1)),
            Sentence("click the button labelled Save", click("Save", role: .button)),
            Sentence("tap OK", click("OK")),
            Sentence("press Enter", .press("Enter")),
            Sentence("hit the Escape key", .press("Escape")),
            Sentence("press Ctrl+A", .press("Ctrl+A")),
            Sentence("press the Save button", click("Save", role: .button)),
            Sentence("press \"Enter\"", click("Enter")),
            Sentence("type hello into Email", fill("Email", "hello")),
            Sentence("type 'ada@example.com' into the Email field", fill("Email", "ada@example.com")),
            Sentence("enter \"in the woods\" in Title", fill("Title", "in the woods")),
            Sentence("fill in the Email field with ada@example.com", fill("Email", "ada@example.com")),
            Sentence("set Name to \"Ada and Co.\"", fill("Name", "Ada and Co.")),
            Sentence("type it's fine into Note", fill("Note", "it's fine")),
            Sentence("type hello", fill("", "hello")),
            Sentence("clear the search box", fill("search", "")),
            Sentence("check Gift wrap", .setChecked(Locator(.check, "Gift wrap"), true)),
            Sentence(
                "uncheck the Newsletter checkbox",
                .setChecked(Locator(.check, "Newsletter", role: .checkbox), false)
            ),
            Sentence("select Green from Colour", .select(option: "Green", list: Locator(.select, "Colour"))),
            Sentence("choose \"By post\"", .select(option: "By post", list: Locator(.select))),
            Sentence("wait for Results", .waitForText("Results")),
            Sentence("wait until \"All done\" appears", .waitForText("All done")),
            Sentence("wait for the text Results to appear", .waitForText("Results")),
            Sentence("wait 2 seconds", .pause(.seconds(2))),
            Sentence("wait for 500ms", .pause(.milliseconds(500))),
            Sentence("wait a minute", .pause(.seconds(60))),
            Sentence("make sure the page shows Welcome", .expectText("Welcome")),
            Sentence("check that the page says \"Signed in\"", .expectText("Signed in")),
            Sentence("scroll down", .scroll(.down)),
            Sentence("scroll to the bottom of the page", .scroll(.bottom)),
            Sentence("go back", .history(-1)),
            Sentence("refresh the page", .reload),
            Sentence("read the title", .read(.title)),
            Sentence("tell me the title of the page", .read(.title)),
            Sentence("extract the first result", .read(.firstResult)),
            Sentence("what is the URL?", .read(.address)),
            Sentence("get the text of the page", .read(.page)),
            Sentence("read the status", .read(.element(Locator(.read, "status")))),
        ]
    )
    func understands(sentence: Sentence) throws {
        let plan = try InstructionPlanner().plan(sentence.text)
        #expect(plan.map(\.action) == sentence.actions)
    }

    @Test(
        "A task is split where one step ends and the next begins",
        arguments: [
            ("Go to google.com and search for hello world", ["Go to google.com", "search for hello world"]),
            ("search for salt and pepper and click Images", ["search for salt and pepper", "click Images"]),
            ("go to a.com, type x into Email, press Enter", ["go to a.com", "type x into Email", "press Enter"]),
            ("1. Go to a.com\n2. Click OK.\n\n- then wait for Done", ["Go to a.com", "Click OK", "wait for Done"]),
            ("Go to a.com. Click Next. Read the title.", ["Go to a.com", "Click Next", "Read the title"]),
            ("first, go to a.com; then please click OK", ["go to a.com", "click OK"]),
            (
                "type \"one, and click two then three\" into Note and then press Tab",
                [
                    "type \"one, and click two then three\" into Note", "press Tab",
                ]
            ),
            ("type “press Enter, then go” into Note", ["type \"press Enter, then go\" into Note"]),
            ("Step 1: open a.com, and finally click Save", ["open a.com", "click Save"]),
        ]
    )
    func splits(task: String, sources: [String]) throws {
        #expect(try InstructionPlanner().plan(task).map(\.source) == sources)
    }

    @Test(
        "What is not understood is an error that names the step and what is understood",
        arguments: [
            ("Go to google.com and book a flight", 1, "book a flight"),
            ("go to google.com, then book a flight", 2, "book a flight"),
            ("frobnicate", 1, "frobnicate"), ("click", 1, "what to click"), ("type", 1, "what to type"),
            ("scroll sideways", 1, "scroll up, down"), ("fill in the form", 1, "fill FIELD with TEXT"),
            ("wait 11 minutes", 1, "at most 10 minutes"), ("clicking OK", 1, "clicking OK"),
            ("search for", 1, "what to search for"),
        ]
    )
    func refuses(task: String, step: Int, part: String) {
        let error = #expect(throws: InstructionError.self) { try InstructionPlanner().plan(task) }
        #expect(error?.step == step)
        #expect(error?.description.hasPrefix("step \(step), \"") == true)
        #expect(error?.description.contains(part) == true)
    }

    @Test("A task without any step is refused", arguments: ["", "  \n ", ".", "- "])
    func refusesNothing(task: String) {
        #expect(throws: InstructionError.self) { try InstructionPlanner().plan(task) }
    }

    static let oddities: [String: String] = [
        "quotes": String(repeating: "\"", count: 20_000), "joints": String(repeating: "and then ", count: 2200),
        "verbs": String(repeating: "click ", count: 3300), "lines": String(repeating: "a\n", count: 9000),
        "commas": String(repeating: ", ", count: 9000), "apostrophes": String(repeating: "'", count: 20_000),
        "openings": String(repeating: "“", count: 20_000), "dots": String(repeating: "1. ", count: 6000),
        "emoji": "click \u{0}\u{1F3F3}\u{FE0F}\u{200D}\u{1F308}", "lengths": "type İ into ß into ﬁ",
        "marks": "click \u{F0000} \u{F0001}",
        "too long": String(repeating: "x", count: 20_001), "into": "type x" + String(repeating: " into", count: 3900),
        "and": "search for a" + String(repeating: " and b", count: 3000),
    ]

    @Test("Any text is either planned or refused, and quickly", arguments: oddities.keys.sorted())
    func survives(name: String) throws {
        let task = try #require(Self.oddities[name])
        let start = ContinuousClock.now
        _ = try? InstructionPlanner().plan(task)
        #expect(start.duration(to: .now) < .seconds(3))
    }

    @Test("Titles and calls in the log read as documented, and never show a password")
    func titles() throws {
        let plan = try InstructionPlanner().plan(
            "go to google.com, search for cats, type \"hunter2\" into the Password field"
        )
        #expect(plan.map(\.title) == ["Navigate to google.com", "Search for cats", "Type •••• into Password"])
        #expect(
            plan.map(\.call) == [
                "navigate: url: https://google.com", "search: query: cats", "input: element: Password, text: ••••",
            ]
        )
        #expect(plan.map(\.name) == ["navigate", "search", "input"])
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Agent
import AgentEvents
import Testing

@Suite("The instruction planner")
struct InstructionPlannerTests {
    @Test(
        "A sentence becomes the steps that it means",
        arguments: [
            ("Go to google.com", "navigate: url: https://google.com"),
            ("go to https://example.com/a?b=c#d.", "navigate: url: https://example.com/a?b=c#d"),
            ("Navigate to the website example.org", "navigate: url: https://example.org"),
            ("visit localhost:8080/login", "navigate: url: http://localhost:8080/login"),
            ("open \"example.com\"", "navigate: url: https://example.com"),
            ("open /lists", "navigate: url: /lists"),
            ("open example.com in a new tab", "navigate: url: https://example.com, new_tab: true"),
            ("Open Settings", "click: element: Settings"),
            ("go to the login page", "click: element: login"),
            ("go to the second tab", "switch: tab: the second tab"),
            ("search for hello world", "search: query: hello world"),
            ("Search for \"salt, and then pepper\"", "search: query: salt, and then pepper"),
            ("look up Ada Lovelace", "search: query: Ada Lovelace"),
            ("search google.com for cats", "navigate: url: https://google.com; search: query: cats"),
            (
                "search for cats in boots on example.com",
                "navigate: url: https://example.com; search: query: cats in boots"
            ),
            ("on example.com search for cats", "navigate: url: https://example.com; search: query: cats"),
            ("click Sign in", "click: element: Sign in"),
            ("Click on the Sign in button", "click: element: Sign in button"),
            ("click the \"More, and more\" link", "click: element: \"More, and more\" link"),
            ("click the first result", "click: element: first result"),
            ("tap OK", "click: element: OK"),
            ("click Next 3 times", "click: element: Next; click: element: Next; click: element: Next"),
            ("click File > Export > PDF", "click: element: File; click: element: Export; click: element: PDF"),
            ("double-click the title", "double_click: element: title"),
            ("close the dialog by clicking the \"x\"", "click: element: x"),
            ("press Enter", "send_keys: keys: Enter"),
            ("hit the Escape key", "send_keys: keys: Escape"),
            ("press Ctrl+A", "send_keys: keys: Ctrl+A"),
            ("press the down arrow key 3 times", "send_keys: keys: down, times: 3"),
            ("press Enter in the search field", "send_keys: keys: Enter, element: search field"),
            ("press the Save button", "click: element: Save button"),
            ("press \"Enter\"", "click: element: Enter"),
            ("type hello into Email", "input: element: Email, text: hello"),
            ("type 'ada@example.com' into the Email field", "input: element: Email field, text: ada@example.com"),
            ("enter \"in the woods\" in Title", "input: element: Title, text: in the woods"),
            ("fill in the Email field with ada@example.com", "input: element: Email field, text: ada@example.com"),
            ("set Name to \"Ada and Co.\"", "input: element: Name, text: Ada and Co."),
            ("type it's fine into Note", "input: element: Note, text: it's fine"),
            ("type salt and pepper into Note", "input: element: Note, text: salt and pepper"),
            ("type the quick brown fox into Note", "input: element: Note, text: the quick brown fox"),
            ("type hello", "input: element: the field, text: hello"),
            ("clear the search box", "input: element: search box, text: "),
            ("Type \"abc\" in all upper case into the text input", "input: element: text input, text: ABC"),
            (
                "enter the username \"x\" and the password \"y\" and press login.",
                "input: element: username, text: x; input: element: password, text: ••••; click: element: login"
            ),
            (
                "enter username ada and password x",
                "input: element: username, text: ada; input: element: password, text: ••••"
            ),
            (
                "type \"a\" into A, \"b\" into B and \"c\" into C",
                "input: element: A, text: a; input: element: B, text: b; input: element: C, text: c"
            ),
            ("enter the number \"17\" into the 2nd textbox", "input: element: 2nd textbox, text: 17"),
            (
                "use the textbox to enter \"Kanesha\" and press \"Search\"",
                "input: element: textbox, text: Kanesha; click: element: Search"
            ),
            ("select 7 with the slider and hit Submit", "input: element: slider, text: 7; click: element: Submit"),
            (
                "Enter 3:40 PM as the time and press submit.",
                "input: element: time, text: 3:40 PM; click: element: submit"
            ),
            (
                "Select 10/03/2016 as the date and hit submit.",
                "input: element: date, text: 10/03/2016; click: element: submit"
            ),
            ("enter the value of Color into the text field", "input: element: text field, text: value of Color"),
            (
                "find the 4th word in the paragraph, type that into the textbox",
                "find_text: text: 4th word in the paragraph; input: element: textbox, text: what was found"
            ),
            ("copy the order number into the reference field", "input: element: reference field, text: order number"),
            (
                "copy the total, then paste it into Amount",
                "extract: query: total; input: element: Amount, text: what was found"
            ),
            (
                "log in as grace with password compiler",
                "input: element: username, text: grace; input: element: password, text: ••••; click: element: log in"
            ),
            ("check Gift wrap", "check: element: Gift wrap"),
            ("uncheck the Newsletter checkbox", "uncheck: element: Newsletter checkbox"),
            ("mark Buy milk as done", "check: element: Buy milk"),
            ("turn off notifications", "uncheck: element: notifications"),
            ("select a, b and c and click Submit", "select_dropdown: text: a, b and c; click: element: Submit"),
            ("select nothing and click Submit", "select_dropdown: text: nothing; click: element: Submit"),
            ("select Green from Colour", "select_dropdown: element: Colour, text: Green"),
            ("choose \"By post\"", "select_dropdown: text: By post"),
            (
                "select A from X and B from Y",
                "select_dropdown: element: X, text: A; select_dropdown: element: Y, text: B"
            ),
            (
                "Expand the sections below, to find and click on the link \"Nec.\"",
                "find_text: by: expand, element: link \"Nec.\"; click: element: link \"Nec.\""
            ),
            (
                "Switch between the tabs to find and click on the link \"Nec\".",
                "find_text: by: tabs, element: link \"Nec\"; click: element: link \"Nec\""
            ),
            ("scroll down until you see Post 35", "find_text: by: scroll, element: Post 35"),
            ("wait for Results", "find_text: text: Results"),
            ("wait until \"All done\" appears", "find_text: text: All done"),
            ("wait for the text Results to appear", "find_text: text: Results"),
            ("wait until the spinner disappears", "wait: gone: spinner"),
            ("wait 2 seconds", "wait: seconds: 2"),
            ("wait for 500ms", "wait: seconds: 0.5"),
            ("wait a minute", "wait: seconds: 60"),
            ("make sure the page shows Welcome", "find_text: text: Welcome"),
            ("check that the page says \"Signed in\"", "find_text: text: Signed in"),
            ("verify that there are 3 rows", "expect: how many rows is 3"),
            ("make sure that Gift wrap is checked", "check: element: Gift wrap"),
            ("verify that the title is Home", "expect: the title is Home"),
            ("scroll down", "scroll: down"),
            ("scroll to the bottom of the page", "scroll: bottom"),
            ("scroll to Chapter 9", "scroll: to: Chapter 9"),
            ("go back", "go_back"),
            ("refresh the page", "reload"),
            ("upload cv.pdf to the Resume field", "upload_file: element: Resume field, path: cv.pdf"),
            ("switch to the new tab", "switch: tab: the new tab"),
            ("close the tab", "close: tab: this tab"),
            ("when asked, answer no, then click Delete", "answer: cancel; click: element: Delete"),
            ("accept the alert", "answer: ok"),
            ("read the title", "extract: query: the title"),
            ("tell me the title of the page", "extract: query: the title"),
            ("extract the first result", "extract: query: first result"),
            ("what is the URL?", "extract: query: what is the URL"),
            ("read the price of the second item", "extract: query: price of the second item"),
            ("how many items are there", "extract: query: how many items are there"),
            ("what does the first result say", "extract: query: what does the first result say"),
            ("read the status", "extract: query: status"),
            ("submit the form", "submit"),
        ]
    )
    func understands(sentence: String, calls: String) throws {
        let plan = try InstructionPlanner().plan(sentence)
        #expect(plan.map(\.call.description).joined(separator: "; ") == calls)
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
        #expect(start.duration(to: .now) < .seconds(60))
    }

    @Test("Titles and calls in the log read as documented, and never show a password")
    func titles() throws {
        let plan = try InstructionPlanner().plan(
            "go to google.com, search for cats, type \"hunter2\" into the Password field"
        )
        #expect(plan.map(\.title) == ["Navigate to google.com", "Search for cats", "Type •••• into Password field"])
        #expect(
            plan.map(\.call.description) == [
                "navigate: url: https://google.com", "search: query: cats",
                "input: element: Password field, text: ••••",
            ]
        )
        #expect(plan.map(\.name) == ["navigate", "search", "input"])
    }

    @Test("A step of more words than anybody writes is refused before it is read, and quotations count as one word")
    func refusesLongSteps() throws {
        for step in ["go to ", "click the ", "a ", "in the row of ", "\"a\" "] {
            let task = String(repeating: step, count: 20_000 / step.count)
            let error = #expect(throws: InstructionError.self) { try InstructionPlanner().plan(task) }
            #expect(error?.description.contains("words; a step has at most 400") == true, "\(step)")
        }
        let quotation = String(repeating: "word ", count: 3000)
        #expect(try InstructionPlanner().plan("type \"\(quotation)\" into Message").count == 1)
        let steps = (1...400).map { "click on the button number \($0)" }.joined(separator: ", ")
        #expect(try InstructionPlanner().plan(steps).count == 400)
    }

    @Test("Planning ends when its task is cancelled")
    func cancels() async {
        let planning = Task {
            while !Task.isCancelled { await Task.yield() }
            return try InstructionPlanner().plan("go to example.com, click More")
        }
        planning.cancel()
        let error = await #expect(throws: InstructionError.self) { try await planning.value }
        #expect(error?.description.contains("cancelled") == true)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import Browser
import PageActions
import Testing

@testable import Instructions

@Suite("An action as a sentence")
struct InstructionWriterTests {
    private func seen(_ page: PageSketch, _ name: String, number: Int = 1, role: String? = nil) throws -> Seen {
        let view = page.view
        let nodes = view.nodes.indices.filter {
            view.nodes[$0].name == name && (role == nil || view.nodes[$0].role == role)
        }
        return view.seen(try #require(nodes.dropFirst(number - 1).first))
    }

    @Test("Names its element by as little as is needed")
    func names() throws {
        let page = PageSketch.users
        let writer = InstructionWriter(page.view)
        #expect(
            try writer.sentence(for: .click(seen(page, "Delete", number: 2)))
                == #"Click "Delete" in the item of "Grace Hopper""#
        )
        let address = PageSketch.address
        let field = try #require(address.view.nodes.indices.last { address.view.nodes[$0].role == "textbox" })
        let sentence = try InstructionWriter(address.view).sentence(for: .type(TypedText("Berlin"), into: address.view.seen(field)))
        #expect(sentence?.hasPrefix("Type \"Berlin\" into ") == true)
        #expect(sentence?.contains("Billing address") == true)
    }

    @Test("Is read again as the same action, whatever the page is")
    func comesBack() throws {
        for page in [PageSketch.users, PageSketch.address] {
            let writer = InstructionWriter(page.view)
            for index in page.view.nodes.indices where page.view.nodes[index].role == "button" {
                let seen = page.view.seen(index)
                let sentence = try #require(try writer.sentence(for: .click(seen)))
                let deed = try #require(StepGrammar.steps(of: sentence).first?.deeds.first)
                #expect(try page.resolver().plan(deed).actions == [.click(seen)], "\(sentence)")
            }
        }
    }

    @Test("Checks a box rather than clicking it, so that it can be said twice", arguments: [true, false])
    func boxes(isOn: Bool) throws {
        let page = PageSketch.page { $0.add("checkbox", "Tea", change: { $0.isChecked = isOn }) }
        let sentence = try InstructionWriter(page.view).sentence(for: .click(seen(page, "Tea")))
        #expect(sentence == (isOn ? "Uncheck \"Tea\"" : "Check \"Tea\""))
    }

    @Test(
        "Needs no element for what is about the whole page",
        arguments: [
            (PageAction.navigate("http://a.test/x?y=1", inNewTab: false), "Go to http://a.test/x?y=1"),
            (.navigate("http://a.test/", inNewTab: true), "Go to http://a.test/ in a new tab"),
            (.goThroughHistory(by: -1), "Go back"), (.reload, "Reload the page"),
            (.wait(.seconds(3)), "Wait 3 seconds"), (.press("Enter"), "Press Enter"),
            (.press("Control+A"), "Press Control+A"), (.scroll(.down, pages: 3), "Scroll down 3 times"),
            (.scroll(.bottom), "Scroll to the end"), (.findText("Imprint"), "Scroll to \"Imprint\""),
        ]
    )
    func plain(_ action: PageAction, _ sentence: String) throws {
        #expect(try InstructionWriter().sentence(for: action) == sentence)
    }

    @Test("Is none for what changes nothing, and refused for what cannot be said")
    func others() throws {
        #expect(try InstructionWriter().sentence(for: .searchPage("x", isPattern: false)) == nil)
        let page = PageSketch.page { page in
            page.add("textbox", "Password", change: { $0.isPassword = true })
            for _ in 1...2 { page.add("", change: { $0.isInteractive = true }) }
        }
        let writer = InstructionWriter(page.view)
        let field = try seen(page, "Password")
        #expect(throws: Unwritable.self) { try writer.sentence(for: .type(TypedText("hunter22"), into: field)) }
        #expect(
            try writer.sentence(for: .type(TypedText("<secret>x_password</secret>"), into: field))
                == "Type \"<secret>x_password</secret>\" into \"Password\""
        )
        #expect(throws: Unwritable.self) { try writer.sentence(for: .type(TypedText("a\nb"), into: field)) }
        #expect(throws: Unwritable.self) { try writer.sentence(for: .evaluate("1")) }
        let nameless = page.view.seen(page.view.nodes.count - 1)
        #expect(throws: Unwritable.self) { try writer.sentence(for: .click(nameless)) }
    }

    @Test("Quotation marks are those that the text does not have")
    func quotes() {
        #expect(InstructionWriter.quoted("a") == "\"a\"")
        #expect(InstructionWriter.quoted("a \"b\"") == "«a \"b\"»")
        #expect(InstructionWriter.quoted("\"«»") == "`\"«»`")
        #expect(InstructionWriter.quoted("\"«`") == nil)
        #expect(InstructionWriter.quoted("") == nil)
    }
}

@Suite("A recorded task")
struct RecordedTaskTests {
    private func recording(_ sentences: String...) -> Recording {
        var recording = Recording()
        for (index, sentence) in sentences.enumerated() { recording.add(index + 1, .sentence(sentence)) }
        return recording
    }

    @Test("Is a text with its goal and steps as comments, which are not read as steps")
    func text() throws {
        let task = try RecordedTask(recording("Go to a.test", "Click \"B\""), goal: "Press\nB", limit: 1000)
        #expect(task.text == "# Task: Press B\n# Step 1\nGo to a.test\n# Step 2\nClick \"B\"\n")
        #expect(RecordedTask(task.text) == task)
        #expect(StepGrammar.steps(of: task.text).map(\.spoken) == ["Go to a.test", "Click \"B\""])
        #expect(RecordedTask("Go to a.test") == nil)
    }

    @Test("Is refused when an action cannot be said, nothing was done, or it is too long")
    func refusals() {
        var one = recording("Go to a.test")
        one.add(2, .unwritable(action: "evaluate", reason: "a script has no sentence"))
        let refusal = #expect(throws: RecordedTask.Refusal.self) { try RecordedTask(one, goal: "", limit: 1000) }
        #expect(refusal?.description == "step 2, evaluate: a script has no sentence")
        #expect(throws: RecordedTask.Refusal.self) { try RecordedTask(Recording(), goal: "", limit: 1000) }
        #expect(throws: RecordedTask.Refusal.self) { try RecordedTask(recording("Go back"), goal: "", limit: 10) }
        var long = Recording()
        for _ in 1...2000 { long.add(1, .sentence("Go back")) }
        #expect(long.isCut)
        #expect(Recording(json: long.json)?.isCut == true)
        #expect(throws: RecordedTask.Refusal.self) { try RecordedTask(long, goal: "", limit: 100_000) }
    }

    @Test("Is stored and read again as it was")
    func storage() {
        var recording = recording("Go to a.test")
        recording.add(2, .unwritable(action: "evaluate", reason: "none"))
        #expect(Recording(json: recording.json) == recording)
        #expect(Recording(json: ["entries": [["step": 1]]]) == nil)
        #expect(Recording(json: .null) == nil)
    }
}

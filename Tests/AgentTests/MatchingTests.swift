//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser
import Testing

@testable import Agent

@Suite("Matching")
struct MatchingTests {
    /// Makes a page of elements, given by role, name and what is around.
    static func snapshot(_ elements: [PageElement]) -> PageSnapshot {
        PageSnapshot(url: "http://example.com/", title: "", elements: elements)
    }

    static func element(
        _ index: Int,
        _ role: String,
        _ name: String,
        _ attributes: [String: String] = [:],
        in surroundings: [String] = [],
        isDisabled: Bool = false
    ) -> PageElement {
        let tags = ["button": "button", "link": "a", "textbox": "input", "checkbox": "input"]
        return PageElement(
            index: index,
            reference: ElementReference(session: "", backendNode: index),
            tag: tags[role] ?? "div",
            role: role,
            name: name,
            attributes: attributes,
            isDisabled: isDisabled,
            box: Box(x: 10, y: Double(index) * 40, width: 100, height: 20),
            surroundings: surroundings
        )
    }

    static let page = snapshot([
        element(0, "link", "Home"), element(1, "button", "Sign in"), element(2, "textbox", "First name"),
        element(3, "textbox", "", ["placeholder": "E-mail address"]), element(4, "textbox", "", ["name": "user_phone"]),
        element(5, "button", "Save", in: ["Address"]), element(6, "button", "Save", in: ["Payment"]),
        element(7, "button", "Delete", in: ["Ada Lovelace 1815", "People"]),
        element(8, "button", "Delete", in: ["Grace Hopper 1906", "People"]),
        element(9, "checkbox", "I accept the terms and conditions"), element(10, "button", "×"),
        element(11, "link", "Details", in: ["Lamp"]), element(12, "button", "Details", in: ["Chair"]),
        element(13, "button", "Add to basket", in: ["Lamp €24.90"]),
        element(14, "button", "Add to basket", in: ["Chair €189.00"]), element(15, "button", "Send", isDisabled: true),
        element(16, "button", "Send"), element(17, "link", "Terms and Conditions"), element(18, "textbox", "Last name"),
        element(19, "button", "Organise"), element(20, "button", "Items (3)"),
        element(
            21,
            "button",
            "Like",
            ["aria-pressed": "false"],
            in: ["Post 11 Alan has something to say. Like Share", "Post 11", "Feed"]
        ),
        element(
            22,
            "button",
            "Like",
            ["aria-pressed": "false"],
            in: ["Post 12 Ada has something to say, for the 12th time. Like Share", "Post 12", "Feed"]
        ),
    ])

    @Test(
        "What a person calls an element finds it",
        arguments: [
            ("Sign in", 1), ("the sign in button", 1), ("log in", 1), ("SIGN-IN", 1), ("signin", 1),
            ("first name", 2), ("the first name field", 2), ("the second field", 3), ("email", 3),
            ("e-mail address", 3),
            ("phone", 4), ("Save", 5), ("the second Save button", 6), ("Save in the Payment section", 6),
            ("the last Save", 6), ("Delete in the row of Grace Hopper", 8), ("Delete for Ada Lovelace", 7),
            ("the Delete button next to Grace Hopper", 8), ("accept the terms", 9), ("close", 10), ("the x", 10),
            ("the Details button", 12), ("the Details link", 11), ("\"Details\"", 11), ("the second Details", 12),
            ("add the chair to the basket", 14), ("Add to cart", 13), ("Send", 16), ("Terms and Conditions", 17),
            ("surname", 18), ("Orgnaise", 19), ("items", 20), ("Save to keep the changes", 5),
            ("the fifth-to-last button", 16), ("the button below Organise", 20),
        ]
    )
    func finds(words: String, index: Int) throws {
        let outcome = ElementMatcher(Self.page).find(TargetGrammar.target(Phrase(words)), for: .any)
        #expect(
            try #require(outcome).matches.map(\.element.index) == [index],
            "\(TargetGrammar.target(Phrase(words)).meanings)"
        )
    }

    @Test(
        "A button that is a verb is looked for in what it is to be done with",
        arguments: [
            ("like post 12", 22), ("delete Grace Hopper", 8), ("remove Ada Lovelace from the list", 7),
            ("add the lamp to the cart", 13),
        ]
    )
    func findsButton(words: String, index: Int) throws {
        let plan = try InstructionPlanner().plan(words)
        guard case .click(let list)? = plan.first?.action else {
            Issue.record("\(plan)")
            return
        }
        let outcome = ElementMatcher(Self.page).find(list.whole, for: .click)
        #expect(try #require(outcome, "\(list.whole.meanings)").matches.map(\.element.index) == [index])
    }

    @Test(
        "What is not there is not found",
        arguments: ["Frobnicate", "Delete in the row of Alan Turing", "the fourth Save", "\"Save all\"", "xyz button"]
    )
    func doesNotFind(words: String) {
        #expect(ElementMatcher(Self.page).find(TargetGrammar.target(Phrase(words)), for: .any) == nil)
    }

    @Test("Of several alike the number is known, and the names nearest to a missing one are told")
    func tells() throws {
        let matcher = ElementMatcher(Self.page)
        #expect(try #require(matcher.find(TargetGrammar.target(Phrase("Save")), for: .click)).alike == 2)
        #expect(matcher.nearest(to: TargetGrammar.target(Phrase("Sing on")), for: .click).first == "Sign in")
    }

    @Test("Only what can be typed into is a field, only what can be checked a box")
    func keepsToPurpose() throws {
        let matcher = ElementMatcher(Self.page)
        #expect(matcher.find(TargetGrammar.target(Phrase("Save")), for: .fill) == nil)
        #expect(try #require(matcher.find(.unnamed, for: .fill)).matches[0].element.index == 2)
        #expect(
            try #require(matcher.find(TargetGrammar.target(Phrase("terms")), for: .check)).matches[0].element.index == 9
        )
    }

    @Test("Planning and matching a step on 300 elements takes well below a second")
    func isQuick() throws {
        let snapshot = Self.snapshot(
            (0..<300).map { number in
                Self.element(
                    number,
                    ["button", "link", "textbox"][number % 3],
                    "Action \(number % 40) of thing \(number)",
                    ["id": "action-\(number)"],
                    in: ["Thing \(number) costs €\(number).00", "Section \(number / 30)"]
                )
            }
        )
        let planner = InstructionPlanner()
        let clock = ContinuousClock()
        var times: [Duration] = []
        for number in 0..<40 {
            times.append(
                try clock.measure {
                    let plan = try planner.plan(
                        "click the Action \(number) of thing \(number * 7) button in the section of Section \(number % 10)"
                    )
                    guard case .click(let list) = plan[0].action else { return }
                    _ = ElementMatcher(snapshot).find(list.whole, for: .click)
                }
            )
        }
        let median = times.sorted()[times.count / 2]
        print("Planning and matching a step on 300 elements: \(median) (median of \(times.count), \(Self.build))")
        // An unoptimised build on a busy machine is many times slower; this catches what is out of all proportion.
        #expect(median < .milliseconds(500))
    }

    private static var build: String {
        #if DEBUG
        "debug build"
        #else
        "release build"
        #endif
    }
}

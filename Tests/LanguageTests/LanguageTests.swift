//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation
import Testing

@testable import Instructions

@Suite("What sentences mean on a page")
struct ResolverTests {
    @Test(
        "A control that belongs to what is named is used",
        arguments: [
            ("Delete Grace Hopper", "click Delete in Grace Hopper Edit Delete"),
            ("click Delete in the row of Grace Hopper", "click Delete in Grace Hopper Edit Delete"),
            ("delete the second user", "click Delete in Grace Hopper Edit Delete"),
            ("Delete the last user", "click Delete in Alan Turing Edit Delete"),
            ("click the third Edit button", "click Edit in Alan Turing Edit Delete"),
            ("In the row of Ada Byron, click Edit", "click Edit in Ada Byron Edit Delete"),
        ]
    )
    func usesControl(sentence: String, expected: String) { #expect(outcome(sentence, on: .users) == expected) }

    @Test(
        "What may mean several things, or nothing, is refused with the choices",
        arguments: [
            ("click Delete", "3 things"), ("Delete the user", "things"), ("Delete Wilhelmina", "Wilhelmina"),
            ("Delete the fifth user", "fifth user"),
            ("Frobnicate Ada Byron", "Frobnicate"), ("Click Ada Byron and Grace Hopper twice daily", "no "),
        ]
    )
    func refuses(sentence: String, reason: String) {
        let found = outcome(sentence, on: .users)
        #expect(found.hasPrefix("refused: ") && found.contains(reason), "\(found)")
    }

    @Test(
        "Fields are told apart by what they are in",
        arguments: [
            ("Type Rome into City in the shipping address", "type Rome into City (Shipping address)"),
            ("enter \"Rome\" as the city of the billing address", "type Rome into City (Billing address)"),
            ("In the billing address, type Ada into Name", "type Ada into Name (Billing address)"),
            ("Choose Belgium as the country", "select Belgium in Country"),
            ("Select Guinea from Country", "select Guinea in Country"),
            ("set Country to New Guinea", "select New Guinea in Country"),
            ("Country: Austria", "select Austria in Country"),
            ("accept the terms", "check I accept the terms true"),
            ("click Save and close", "click Save and close in "),
        ]
    )
    func findsFields(sentence: String, expected: String) { #expect(outcome(sentence, on: .address) == expected) }

    @Test("Only and all are not the same")
    func tellsOnlyFromAll() {
        #expect(outcome("Accept only the necessary cookies", on: .cookies).hasPrefix("refused"))
    }

    @Test("All of a group are the choices in it, and not the boxes of items elsewhere")
    func choosesGroup() {
        let found = outcome("Choose all brands except Meadow", on: .facets)
        #expect(found == "check Falcon true; check Harbour true", "\(found)")
        let named = outcome("Select Harbour and In stock only", on: .facets)
        #expect(named == "check Harbour true; check In stock only true", "\(named)")
    }

    @Test(
        "A number in a name goes before counting what has the word among others",
        arguments: [("click the third slide", "click Slide 3 in "), ("click the second slide", "click Slide 2 in ")]
    )
    func findsNumbered(sentence: String, expected: String) { #expect(outcome(sentence, on: .slides) == expected) }

    @Test(
        "Nothing is used for a verb that it is not for",
        arguments: ["get the price of the lamp", "pick the third team", "click the ninth slide", "delete the slides"]
    )
    func refusesOthers(sentence: String) {
        let found = outcome(sentence, on: .slides)
        #expect(found.hasPrefix("refused"), "\(found)")
    }

    @Test("Icons that only their classes name belong to their items")
    func usesIcons() {
        for (sentence, place) in [
            ("Star the mail from Grace", "Grace"), ("Delete the message that Ada sent", "Ada"),
            ("Delete Grace's message", "Grace"),
        ] {
            let found = outcome(sentence, on: .mails)
            #expect(found.hasPrefix("click") && found.contains("in \(place)"), "\(sentence): \(found)")
        }
    }

    @Test("A field that could be one of two is refused")
    func refusesField() {
        let found = outcome("type Rome into City", on: .address)
        #expect(found.contains("2 things") && found.contains("Shipping address"), "\(found)")
    }
}

@Suite("How a task is cut into steps")
struct GrammarTests {
    @Test(
        "Each sentence has its steps",
        arguments: [
            ("Go to example.com and read the heading", ["Navigate to example.com", "Read heading"]),
            ("Go to google.com and search for hello world", ["Navigate to google.com", "Search for hello world"]),
            ("type \"a, b and c\" into Name, then press Enter", ["Type \"a, b and c\" into Name", "Press Enter"]),
            ("Click Save and click Close", ["Click Save", "Click Close"]),
            ("check Newsletter\nselect Large in Size", ["Check Newsletter", "Select Large in Size"]),
            ("wait 3 seconds, go back and close the tab", ["Wait 3 s", "Go back", "Close this tab"]),
            ("reply to it with: Thanks, I will call you. Click nothing", ["Reply to it"]),
            ("Step 1: go to example.com\nStep 2: click Save", ["Navigate to example.com", "Click Save"]),
            (
                "First, open example.com. Then find and click the link Imprint.",
                ["Navigate to example.com", "Click link Imprint"]
            ),
            ("I'd like you to do the following: click Save", ["Click Save"]),
            ("turn on do not disturb", ["Check do not disturb"]),
            ("Open the sections until you find the link X and click on it", ["Find link X", "Click it"]),
            (
                "From the list select Ann and Ben, after which you should press Save",
                ["Select Ann and Ben", "Click Save"]
            ),
            (
                "Enter an item that starts with \"Al\" and ends with \"ia\"",
                ["Type what starts with \"Al\" and ends with \"ia\" into the field"]
            ),
        ]
    )
    func hasSteps(task: String, titles: [String]) { #expect(StepGrammar.steps(of: task).map { $0.title() } == titles) }

    @Test("Whatever a sentence calls a password or a code is hidden, however it is split")
    func hidesSecrets() {
        for (task, secret) in [
            ("Enter the username \"ada\" and the password \"k7Tq\" into the text fields", "k7Tq"),
            ("log in as ada with the password Secret1!", "Secret1!"),
            ("type hunter22 into Password", "hunter22"), ("Enter the verification code 285345", "285345"),
            ("use xyzzy1 as the passphrase", "xyzzy1"),
            ("password: tr0ub4dor", "tr0ub4dor"), ("My PIN is 9921", "9921"),
        ] {
            for step in StepGrammar.steps(of: task) {
                #expect(!step.title().contains(secret), "\(task): \(step.title())")
                #expect(!"\(step.call())".contains(secret), "\(task): \(step.call())")
            }
            #expect(
                StepGrammar.steps(of: task).flatMap(\.secrets).contains { $0.contains(secret) || secret.contains($0) },
                "\(task)"
            )
        }
    }

    @Test("Every example of the document is understood")
    func understandsDocument() throws {
        let file = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        let text = try String(contentsOfFile: "/\(file)/docs/instructions.md", encoding: .utf8)
        let blocks = text.components(separatedBy: "```\n").enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
        let lines = blocks.flatMap { $0.split(separator: "\n").map(String.init) }
        let examples = lines.filter { $0.first?.isUppercase == true }
        #expect(examples.count > 5)
        for example in examples {
            for step in StepGrammar.steps(of: example) {
                #expect(!step.deeds.isEmpty, "\(example): \(step.spoken)")
            }
        }
    }

    @Test("Long tasks of any words are read in a time that grows with their length", .timeLimit(.minutes(1)))
    func staysLinear() {
        for words in ["go to ", "click ", "and ", "\"", "'a ", "a, ", "in the ", ". "] {
            _ = StepGrammar.steps(of: String(String(repeating: words, count: 20_000 / words.count)))
        }
    }

    @Test(
        "What is gone to is an address, also by a bare name with a port, or a number",
        arguments: ["gateway-1:3000/healthz", "192.168.1.5", "10.0.0.7:8080/x", "example.com/shop", "localhost:80"]
    )
    func addresses(text: String) {
        let steps = StepGrammar.steps(of: "Go to \(text)")
        #expect(steps.map(\.spoken) == ["Go to \(text)"])
        guard case .go = steps.first?.deeds.first else {
            Issue.record("\(String(describing: steps.first?.deeds.first))")
            return
        }
    }

}

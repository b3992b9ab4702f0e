//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Clicking, pressing, dragging, and buttons that are called like what they do.
extension StepParser {
    func clicking(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        var rest = rest
        if let first = rest.first, ["on", "at", "into", "in"].contains(first.key), rest.count > 1 {
            rest = rest.dropFirst()
        }
        if rest.isEmpty { return [.click(TargetList(try element(rest, "what to click")))] }
        if let until = UntilGrammar.condition(rest) {
            return [.clickUntil(placed(TargetGrammar.target(until.head)), until.condition)]
        }
        if let back = browserButton(rest) { return [back] }
        var times = 1
        if let (number, left) = Ordinals.times(atEndOf: rest), !left.isEmpty { (times, rest) = (min(number, 50), left) }
        if rest.first?.key == "twice", rest.count > 1 { (times, rest) = (2, rest.dropFirst()) }
        if rest.first?.key == "on", rest.count > 1 { rest = rest.dropFirst() }
        let clicks = PathGrammar.steps(rest).map { Instruction.Action.click(placed(TargetGrammar.list($0))) }
        return Array(repeatElement(clicks, count: times).joined())
    }

    private func browserButton(_ rest: Phrase) -> Instruction.Action? {
        switch rest.withoutArticle.key {
        case "browser's back button", "browser back button", "back button of the browser", "back button in the browser":
            .history(-1)
        case "browser's forward button", "forward button of the browser": .history(1)
        case "browser's reload button", "reload button of the browser", "browser's refresh button": .reload
        default: nil
        }
    }

    func pressing(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("which key or button") }
        var keys = rest
        var times = 1
        if let (number, left) = Ordinals.times(atEndOf: keys), !left.isEmpty {
            (times, keys) = (min(number, 100), left)
        }
        var field: Target?
        if let (head, place) = keys.split(atFirst: ["in", "into", "inside", "on"]), Self.key(head) != nil {
            field = placed(TargetGrammar.target(place))
            keys = head
        }
        let listed = keys.listed([",", "and"]).map { Self.key($0.trimmed) }
        if !keys.isQuotation, !listed.isEmpty, listed.allSatisfy({ $0 != nil }) {
            let presses = listed.compactMap { $0 }.map { Instruction.Action.press($0, times: 1, in: field) }
            if presses.count == 1, let only = listed.first, let key = only {
                return [.press(key, times: times, in: field)]
            }
            return Array(repeatElement(presses, count: times).joined())
        }
        return try clicking(rest)
    }

    /// A key as people call it: "the Enter key", "Ctrl+A", "down arrow".
    static func key(_ phrase: Phrase) -> String? {
        var words = phrase.withoutArticle
        if words.count > 1, words.last?.key == "key" { words = words.dropLast() }
        if words.count > 1, words.last?.key == "arrow" { words = words.dropLast() }
        if words.count == 2, words.first?.key == "arrow" { words = words.dropFirst() }
        guard !words.isEmpty, words.count < 5, words.tokens.allSatisfy({ $0.kind != .quoted }) else { return nil }
        let text = words.text.replacing(" + ", with: "+")
        return Page.knowsKey(text) ? text : nil
    }

    func submitting(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        let object = rest.withoutArticle.key
        if [
            "", "form", "it", "search", "answer", "query", "this", "data", "page", "request", "input", "changes",
            "when done",
        ].contains(object) {
            return [.submit]
        }
        if rest.first?.key == "button" || rest.last?.key == "button" {
            return try clicking(Phrase(opening.tokens + rest.tokens))
        }
        return buttonNamed(opening, rest)
    }

    private static let generic: Set<String> = [
        "it", "this", "that", "form", "changes", "message", "mail", "email", "order", "settings", "page", "request",
        "document", "draft", "everything", "all", "them", "step", "terms", "cookies", "conditions", "purchase",
        "payment", "data", "profile", "entry", "record", "terms and conditions", "question", "result", "file",
        "account", "newsletter", "search", "filter", "filters", "selection", "list", "post", "comment", "reply",
    ]

    /// "Save", "save the changes", "log out": a button that is called so.
    ///
    /// The verb alone is what the button says only when nothing in particular follows: nobody who wants to "book a
    /// flight" means a button "Book".
    func buttonNamed(_ opening: Phrase, _ rest: Phrase) -> [Instruction.Action] {
        let whole = Phrase(opening.tokens + rest.tokens)
        var meanings = [
            ElementDescription(name: whole.text),
            ElementDescription(name: Phrase(opening.tokens + rest.withoutArticle.tokens).text),
        ]
        if rest.isEmpty || Self.generic.contains(rest.withoutArticle.key) || rest.first?.key == "to" {
            meanings.append(ElementDescription(name: opening.text))
        }
        // "place the order": the order is what is placed, and "Order" may be all that the button says.
        if !rest.isEmpty, opening.key == "place" { meanings.append(ElementDescription(name: rest.withoutArticle.text)) }
        return [.click(TargetList(placed(Target(spoken: whole.text, meanings: meanings))))]
    }

    /// "Delete the second item": the button that does it, in the thing that it is to be done with.
    func buttonOf(
        _ opening: Phrase,
        _ rest: Phrase,
        buttonName: String? = nil
    ) throws(NotUnderstood) -> [Instruction.Action] {
        let verb = buttonName ?? opening.text
        let whole = Phrase(opening.tokens + rest.tokens)
        let object = rest.trimmed
        if object.isEmpty || ["it", "this", "that", "them"].contains(object.key) {
            let meaning = ElementDescription(name: verb)
            return [.click(TargetList(placed(Target(meaning, spoken: whole.text))))]
        }
        var meanings = [ElementDescription(name: whole.text, isQuoted: false)]
        let bare = Phrase(opening.tokens + rest.withoutArticle.tokens)
        meanings.append(ElementDescription(name: bare.text))
        for scope in [LocationGrammar.scopes(.inside, stripped(object))] {
            meanings.append(ElementDescription(name: verb, scopes: scope))
        }
        return [.click(TargetList(placed(Target(spoken: whole.text, meanings: meanings))))]
    }

    /// "Lamp from the cart" → "Lamp"
    private func stripped(_ object: Phrase) -> Phrase {
        guard let (head, place) = object.split(atLast: ["from", "to"]) else { return object }
        let isVague = place.count < 4 && Phrase.articles.contains(place.first?.key ?? "")
        return isVague && Nouns.role(atEndOf: head.withoutArticle)?.length != head.withoutArticle.count ? head : object
    }

    func dragging(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard let (what, place) = rest.split(atLast: ["to", "onto", "into", "over", "on"]) else {
            throw .missing("what to drag where; expected drag ELEMENT to ELEMENT")
        }
        var head = what
        for ending in [["and", "drop", "it"], ["and", "drop", "it", "there"], ["and", "drop"]]
        where head.ends(with: ending) {
            head = head.dropLast(ending.count)
        }
        return [.drag(try element(head, "what to drag"), onto: TargetGrammar.target(place))]
    }
}

/// "File > Export > PDF": one after the other.
enum PathGrammar {
    static func steps(_ phrase: Phrase) -> [Phrase] {
        let steps = phrase.tokens.split { $0.isMark(">") }.map { Phrase($0).trimmed }.filter { !$0.isEmpty }
        return steps.isEmpty ? [phrase] : steps
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Typing into fields.
extension StepParser {
    func typing(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        if rest.isEmpty {
            if opening.key == "enter" { return [.press("Enter", times: 1, in: nil)] }
            throw .missing("what to type")
        }
        // "put a tick in …", "put the mouse over …" are something else.
        if opening.key == "put", ["tick", "check", "checkmark"].contains(rest.withoutArticle.first?.key),
            let (_, box) = rest.split(atFirst: ["in", "into", "next", "on", "at"])
        {
            let name = box.first?.key == "to" ? box.dropFirst() : box
            return [.setChecked(placed(TargetGrammar.list(name)), true)]
        }
        var rest = rest
        for ending in [
            ["and", "enter"], ["and", "hit", "return"], ["followed", "by", "enter"], ["followed", "by", "return"],
            ["followed", "by", "the", "enter", "key"], ["followed", "by", "tab"],
        ]
        where rest.ends(with: ending) && rest.count > ending.count {
            let key = ending.last == "tab" ? "Tab" : "Enter"
            var actions = try typing(rest.dropLast(ending.count).trimmed, opening)
            actions.append(.press(key, times: 1, in: nil))
            return actions
        }
        if rest.first?.key == "in", rest.count > 1, rest[1]?.key != "the" { rest = rest.dropFirst() }
        guard let pairs = FieldPairs.read(rest, .contentFirst), !pairs.isEmpty else {
            throw .missing("what to type into which field; expected type TEXT into FIELD")
        }
        return try pairs.map { pair throws(NotUnderstood) in try fill(pair, verb: opening.key) }
    }

    func filling(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to fill; expected fill FIELD with TEXT") }
        // "fill in the form with name Ada and email ada@example.com"
        let form: PhraseSet = [
            "the form with", "the form as follows", "out the form with", "the fields with", "the details with",
            "the form using", "form with", "in the form with", "the form", "form",
        ]
        if let values = rest.dropping(form)?.trimmed, values.count > 1 {
            let plain = values.first?.key == "with" ? values.dropFirst() : values
            if let pairs = FieldPairs.read(plain, .contentFirst), !pairs.contains(where: { $0.field.isEmpty }) {
                return try pairs.map { pair throws(NotUnderstood) in try fill(pair, verb: opening.key) }
            }
        }
        // "complete the second task", "edit the first row"
        if ["complete", "edit"].contains(opening.key), FieldPairs.read(rest, .fieldFirst) == nil {
            if opening.key == "edit" { return try buttonOf(opening, rest) }
            return [.setChecked(placed(TargetGrammar.list(rest)), true)]
        }
        if rest.first?.kind == .quoted, let pairs = FieldPairs.read(rest, .contentFirst), !pairs.isEmpty,
            rest.place(of: "with") == nil
        {
            return try pairs.map { pair throws(NotUnderstood) in try fill(pair, verb: opening.key) }
        }
        guard let pairs = FieldPairs.read(rest, .fieldFirst), !pairs.isEmpty else {
            if ["change", "update", "replace", "set"].contains(opening.key) {
                throw .missing("to what; expected \(opening.key) FIELD to TEXT")
            }
            throw .missing("what to type into which field; expected fill FIELD with TEXT")
        }
        return try pairs.map { pair throws(NotUnderstood) in try fill(pair, verb: opening.key) }
    }

    private func fill(_ pair: FieldPairs.Pair, verb: String) throws(NotUnderstood) -> Instruction.Action {
        let target: Target
        if !pair.field.isEmpty {
            target = placed(TargetGrammar.target(pair.field))
        } else if let place {
            target = TargetGrammar.target(place.phrase)
        } else {
            target = .unnamed
        }
        guard !pair.content.isEmpty else { throw .missing("what to type") }
        return .fill(target, content(pair.content, verb: verb))
    }

    /// What is to be typed: the words themselves, or what they ask for.
    func content(_ phrase: Phrase, verb: String) -> Content {
        let words = phrase.trimmed
        guard !words.contains(where: { $0.kind == .quoted }) || words.isQuotation == false && words.hasPrefix("the")
        else {
            return .text(phrase.text)
        }
        if Self.remembered.contains(words.key) { return .remembered }
        if words.contains(where: { $0.kind == .quoted }), !QueryGrammar.isQuery(words) { return .text(phrase.text) }
        if QueryGrammar.isQuery(words) {
            let isLiteral = ["type", "write", "say", "type in", "write down"].contains(verb)
            return .found(QueryGrammar.query(words), orElse: isLiteral ? phrase.text : nil)
        }
        // Whoever types "the quick brown fox" means it; whoever enters "the order number" means the one on the page.
        if words.first?.key == "the", words.count > 1, words.count < 6 {
            let isLiteral = ["type", "write", "say", "type in", "write down"].contains(verb)
            return isLiteral ? .text(phrase.text) : .found(QueryGrammar.query(words), orElse: nil)
        }
        return .text(phrase.text)
    }

    private static let remembered: Set<String> = [
        "it", "that", "this", "this value", "that value", "the result", "that text", "this text", "the copied text",
        "the copied value", "the value you copied", "that number", "this number", "that word", "this word",
        "the text you copied", "the number you found", "the copied number", "that code", "this code", "the same value",
        "the text you just copied", "the value you found", "the value you read", "what you found", "what you copied",
        "the answer", "that name", "this name", "that price", "that total", "them",
    ]

    func pasting(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        if let (what, field) = rest.split(atLast: ["into", "in", "to", "inside"]) {
            if what.contains(where: { $0.kind == .quoted }) { return try typing(rest, what.prefix(0)) }
            return [.fill(placed(TargetGrammar.target(field)), .remembered)]
        }
        var field = rest
        if let first = field.first, ["into", "in", "to"].contains(first.key) { field = field.dropFirst() }
        if field.isQuotation { return [.fill(.unnamed, .text(field.text))] }
        let isUnnamed = field.isEmpty || Self.remembered.contains(field.key)
        return [.fill(isUnnamed ? .unnamed : placed(TargetGrammar.target(field)), .remembered)]
    }

    func using(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        // "use the textbox to enter "x""
        if let place = rest.place(of: "to"), place > 0, let next = rest[place + 1] {
            let what = rest.dropFirst(place + 2)
            if ["enter", "type", "write", "input", "put", "search", "set", "select", "choose"].contains(next.key),
                !what.isEmpty
            {
                let isSearch = next.key == "search"
                let words = isSearch && what.first?.key == "for" ? what.dropFirst() : what
                if isSearch { return [.search(words.text)] }
                return [.fill(placed(TargetGrammar.target(rest.prefix(place))), content(words, verb: "enter"))]
            }
        }
        var words = rest
        if let (head, purpose) = words.split(atFirst: ["to"]), ["log", "sign", "login"].contains(purpose.first?.key) {
            return try using(head) + [.submit]
        }
        while let first = words.first, ["the", "these", "following", "credentials"].contains(first.key), words.count > 1
        { words = words.dropFirst() }
        guard let pairs = FieldPairs.read(words, .contentFirst), !pairs.contains(where: { $0.field.isEmpty }) else {
            throw .missing("what for; expected use TEXT as FIELD")
        }
        return try pairs.map { pair throws(NotUnderstood) in try fill(pair, verb: "enter") }
    }

    func loggingIn(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        let button = Instruction.Action.click(
            TargetList(
                Target(
                    spoken: opening.text,
                    meanings: [
                        ElementDescription(name: opening.text, role: .button), ElementDescription(name: opening.text),
                    ]
                )
            )
        )
        guard let place = rest.tokens.firstIndex(where: { ["as", "with", "using"].contains($0.key) }) else {
            return buttonNamed(opening, rest).map { action in rest.isEmpty ? button : action }
        }
        let isUser = rest.tokens[place].key == "as"
        var values = Phrase(rest.tokens[(place + 1)...])
        while values.count > 1, let first = values.first,
            ["the", "these", "credentials", "user", "following", ":"].contains(first.key),
            values[1]?.kind != .mark || first.key == "credentials"
        {
            if first.key == "user", values[1]?.key == "name" { break }
            values = values.dropFirst()
        }
        var actions: [Instruction.Action] = []
        let parts = values.tokens.split { ["and", ",", "with", "using"].contains($0.key) && $0.kind != .quoted }.map {
            Phrase($0).trimmed
        }
        for (index, part) in parts.filter({ !$0.isEmpty }).enumerated() {
            if let (field, content) = FieldNouns.split(part.withoutArticle) {
                actions.append(.fill(TargetGrammar.target(field), .text(content.text)))
            } else {
                let field = index == 0 ? "username" : "password"
                guard index < 2, part.count == 1 || part.isQuotation || isUser else {
                    throw .missing("who to log in as; expected log in as NAME with password TEXT")
                }
                actions.append(.fill(TargetGrammar.target(Phrase(field)), .text(part.text)))
            }
        }
        return actions + [button]
    }

    func adding(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to add") }
        let carts: Set<String> = [
            "cart", "basket", "bag", "shopping cart", "trolley", "wishlist", "wish list", "favorites", "favourites",
            "order", "shopping basket", "compare list",
        ]
        if let (what, place) = rest.split(atLast: ["to", "into", "in"]), carts.contains(place.withoutArticle.key) {
            let button = opening.text + " to " + place.withoutArticle.text
            let parts = what.listed()
            let isList =
                parts.count > 1
                && (parts.count > 2
                    || parts.allSatisfy { $0.trimmed.isQuotation || Phrase.articles.contains($0.first?.key ?? "") })
            var actions: [Instruction.Action] = []
            for part in isList ? parts : [what] { actions += try buttonOf(opening, part.trimmed, buttonName: button) }
            return actions
        }
        var what = rest
        var field = Target.unnamed
        if let (head, place) = rest.split(atLast: ["to", "into", "in", "on"]),
            head.last?.kind == .quoted || Nouns.role(atEndOf: place) != nil
        {
            what = head
            if Nouns.role(atEndOf: place)?.role == .field { field = TargetGrammar.target(place) }
        }
        if opening.key != "add",
            !what.contains(where: { $0.kind == .quoted || ["called", "named", ":"].contains($0.key) })
        {
            return buttonNamed(opening, rest)
        }
        let entries = what.listed().count > 1 && what.contains(where: { $0.kind == .quoted }) ? what.listed() : [what]
        return entries.map { .add(.text(Self.entry($0.trimmed)), to: field) }
    }

    /// "a new todo called buy milk" → "buy milk"
    private static func entry(_ phrase: Phrase) -> String {
        if let quotation = phrase.tokens.last, quotation.kind == .quoted { return quotation.text }
        var words = phrase
        if let place = words.tokens.lastIndex(where: { ["called", "named", "saying", ":", "titled"].contains($0.key) })
        {
            return Phrase(words.tokens[(place + 1)...]).trimmed.text
        }
        let kinds: Set<String> = ["todo", "todos", "task", "item", "entry", "to-do", "reminder", "note"]
        let bare = words.withoutArticle
        let named = bare.first?.key == "new" ? bare.dropFirst() : bare
        if let first = named.first, kinds.contains(first.key), named.count > 1 { words = named.dropFirst() }
        for filler in [["to"], ["for"]] where words.starts(with: filler) && words.count > 1 {
            words = words.dropFirst()
        }
        return words.text
    }
}

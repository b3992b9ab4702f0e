//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what an element is called.
enum TargetGrammar {
    /// Reads a target: "the second Details link", "the Save button in the row of Ada", "\"OK\"", "it".
    static func target(_ phrase: Phrase) -> Target {
        let whole = phrase.trimmed
        let spoken = whole.withoutArticle.text
        if pronouns.contains(whole.key) {
            return Target(ElementDescription(isPronoun: true), spoken: spoken)
        }
        let (core, place) = LocationGrammar.withoutPlace(whole)
        var meanings: [ElementDescription] = []
        for (candidate, position) in place == nil && core == whole ? [(whole, nil)] : [(core, place), (whole, nil)] {
            for meaning in understand(candidate, place: position) where !meanings.contains(meaning) {
                meanings.append(meaning)
            }
        }
        // A sentence of many turns is one that was not understood; more ways to read it would not help.
        return Target(spoken: spoken, meanings: Array(meanings.prefix(10)))
    }

    /// Reads several targets: "a, b and c", "Terms and Conditions".
    static func list(_ phrase: Phrase) -> TargetList {
        let whole = target(phrase)
        let parts = phrase.listed().map { $0.trimmed }
        guard parts.count > 1 else { return TargetList(whole: whole, parts: [whole]) }
        // "the red and the blue box": what kind they are is said once, with the last.
        return TargetList(whole: whole, parts: parts.map(target))
    }

    private static let pronouns: Set<String> = [
        "it", "that", "this", "this one", "that one", "the same", "the same one", "the same field", "the same element",
        "that field", "this field", "that box", "that link", "that button", "this button", "this link", "the one",
    ]

    private static func understand(_ phrase: Phrase, place: Int?) -> [ElementDescription] {
        let (rest, quantity) = quantity(phrase.withoutArticle)
        var meanings: [ElementDescription] = []
        for (head, scopes) in LocationGrammar.scoped(rest) {
            for (name, position) in positioned(head.withoutArticle) {
                for (named, role) in kinds(name, isCounted: position != nil || quantity != .one || !scopes.isEmpty) {
                    let isQuoted = named.isQuotation
                    meanings.append(
                        ElementDescription(
                            name: named.text,
                            isQuoted: isQuoted,
                            role: role,
                            position: position ?? place,
                            quantity: quantity,
                            scopes: scopes
                        )
                    )
                }
            }
        }
        return meanings
    }

    private static func quantity(_ phrase: Phrase) -> (Phrase, ElementDescription.Quantity) {
        for words in [["all", "of", "the"], ["all", "the"], ["both", "the"], ["both", "of", "the"]]
        where phrase.starts(with: words) && phrase.count > words.count {
            return (phrase.dropFirst(words.count), .all)
        }
        if let first = phrase.first, ["all", "both", "every", "each", "everything"].contains(first.key) {
            return (phrase.dropFirst(), .all)
        }
        // "the first three checkboxes"
        if phrase.count > 2, phrase.first?.key == "first", let word = phrase[1], word.kind == .word,
            let number = Ordinals.number(word.key), number > 0
        {
            return (phrase.dropFirst(2), .first(number))
        }
        return (phrase, .one)
    }

    /// "second Details link" is the second of several, or something called "second Details link".
    private static func positioned(_ phrase: Phrase) -> [(Phrase, Int?)] {
        if let (position, length) = Ordinals.position(at: phrase) {
            let rest = phrase.dropFirst(length)
            // "the last" alone is the last of whatever is looked for.
            if rest.isEmpty { return [(rest, position), (phrase, nil)] }
            // "the third text box": nothing is called so.
            if let role = Nouns.role(atEndOf: rest), role.length == rest.count { return [(rest, position)] }
            return [(rest, position), (phrase, nil)]
        }
        // "link number 3", "checkbox #2"
        if phrase.count > 1, let last = phrase.last, last.kind == .word {
            let digits = last.key.hasPrefix("#") ? String(last.key.dropFirst()) : last.key
            let isNumbered = phrase[phrase.count - 2].map { ["number", "no", "nr"].contains($0.key) } ?? false
            let head = phrase.dropLast(isNumbered ? 2 : 1)
            if let number = Ordinals.number(digits), number > 0, let role = Nouns.role(atEndOf: head),
                role.length == head.count
            {
                return [(phrase, nil), (head, number - 1)]
            }
        }
        return [(phrase, nil)]
    }

    private static let callings: Set<String> = [
        "labeled", "labelled", "called", "named", "titled", "saying", "reading", "marked", "entitled",
    ]
    private static let longCallings: PhraseSet = [
        "that says", "which says", "that reads", "with the text", "with the label", "with text", "with the name",
        "with label", "that is called", "which is called", "with the title", "with the words", "with the caption",
    ]

    /// A name with the kind of element that it goes with, and as a name alone.
    private static func kinds(_ phrase: Phrase, isCounted: Bool) -> [(Phrase, ElementDescription.Role?)] {
        if phrase.isQuotation || phrase.isEmpty { return [(phrase, nil)] }
        // "button labelled Save", "link \"Details\""
        if let (role, length) = Nouns.role(atBeginningOf: phrase), phrase.count > length {
            let rest = phrase.dropFirst(length)
            if let first = rest.first, callings.contains(first.key), rest.count > 1 {
                return [(rest.dropFirst().withoutArticle, role)]
            }
            if let name = rest.dropping(longCallings), !name.isEmpty { return [(name, role)] }
            if rest.isQuotation { return [(rest, role)] }
            // "checkbox Gift wrap" or a thing that is called so.
            if Nouns.role(atEndOf: phrase) == nil { return [(phrase, nil), (rest, role)] }
        }
        if let (role, length) = Nouns.role(atEndOf: phrase) {
            var name = phrase.dropLast(length)
            if let last = name.last, callings.contains(last.key), name.count > 1 { name = name.dropLast() }
            if name.isEmpty {
                // "the button" is some button; "the message" more likely something called so.
                if !isCounted, [.item, .row, .result, .heading].contains(role) { return [(phrase, nil)] }
                return Nouns.isThing(role) && !isCounted
                    ? [(phrase, nil), (name, role)] : [(name, role), (phrase, nil)]
            }
            if name.isQuotation { return [(name, role)] }
            return [(name, role), (phrase, nil)]
        }
        return [(phrase, nil)]
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What may stand around what a clause asks for.
extension StepGrammar {
    /// "Use the terminal to …", "using the editor, …"
    static func instrument(_ phrase: Phrase) -> (Target, Phrase)? {
        guard let word = phrase.first?.word, word == "use" || word == "using", phrase.count > 4 else { return nil }
        for offset in 2..<phrase.count - 1 {
            let isJoint = word == "use" ? phrase[offset]?.word == "to" : phrase[offset]?.is(",") == true
            guard isJoint else { continue }
            let rest = phrase.dropping(offset + 1)
            guard VerbGrammar.verb(rest) != nil || Words.deeds.contains(rest.first?.word ?? "") else { return nil }
            var place = phrase.range(1..<offset)
            if place.last?.word == "below" || place.last?.word == "above" { place = place.droppingLast() }
            return (TargetGrammar.target(place), rest)
        }
        return nil
    }

    static let ways: Set<String> = [
        "open", "expand", "switch", "look", "search", "go", "navigate", "browse", "click", "page", "walk",
    ]
    static let wayNouns: Set<String> = [
        "section", "sections", "tab", "tabs", "page", "pages", "tree", "folders", "menu", "list", "results", "panels",
    ]

    static let wayWords: Set<String> = [
        "the", "these", "all", "through", "between", "to", "in", "on", "each", "every", "of", "file", "search", "both",
        "one", "by", "below", "above", "next", "other", "folder", "after", "across", "different", "various", "and",
        "at",
        "open", "into", "collapsible", "up", "down",
    ]

    /// Words that only say how something is found, and how many they are up to what is looked for.
    static func wayTo(_ phrase: Phrase) -> (words: Int, offset: Int)? {
        guard let verb = phrase.first?.word, ways.contains(verb) else { return nil }
        let end = phrase.offset(of: "until you find", "until you see", "to find", "for") ?? phrase.count
        let way = phrase.prefix(end)
        guard way.count <= 8,
            let noun = way.tokens.last(where: { $0.word != "below" && $0.word != "above" && !$0.is(",") }),
            wayNouns.contains(noun.word),
            way.dropping(1).words.allSatisfy({ wayNouns.contains($0) || wayWords.contains($0) })
        else { return nil }
        if end == phrase.count {
            guard way.offset(of: "through", "between") == 1 else { return nil }
            return (0, end)
        }
        if phrase[end]?.word == "for", way.offset(of: "through") == nil { return nil }
        return (phrase[end]?.word == "for" ? 1 : phrase[end]?.word == "to" ? 2 : 3, end)
    }

    /// A phrase as the object of "find".
    static func finding(_ phrase: Phrase) -> Phrase {
        let tokens = Tokenizer.tokens(of: "find")
        return Phrase(tokens: ArraySlice(tokens + Array(phrase.tokens)), source: phrase.source)
    }

    func isBareNoun(_ phrase: Phrase) -> Bool {
        phrase.first.map {
            ["the", "a", "an", "on"].contains($0.word) || $0.isQuoted || $0.isNumber || $0.isCapitalized
                || Words.ordinals[$0.word] != nil || $0.text.count == 1
                || phrase.count > 1 && Words.kinds[$0.word] != nil
        } ?? false
    }

    /// "Do not save it": a button "Don't save", which a page may offer for that.
    static func refusing(_ phrase: Phrase) -> Target? {
        let length = phrase.starts("do not") ? 2 : phrase.starts("don't") ? 1 : 0
        guard length > 0, let verb = phrase[length]?.word else { return nil }
        let names = ["Don't \(verb)", "Don’t \(verb)", "Do not \(verb)"]
        return Target(spoken: names[0], readings: names.map { Reading(kind: .button, name: Name($0), isWhole: true) })
    }

    /// "On the Address tab, …", "… on the Address tab": a tab of the page that has a name, and the rest.
    static func onTab(_ phrase: Phrase) -> (Target, Phrase)? {
        func tab(_ place: Phrase) -> Target? {
            let name = place.withoutArticle
            guard name.count > 1, name.last?.word == "tab", name.count <= 4,
                name.first?.isCapitalized == true
                    || name.first?.isQuoted == true, !name.words.contains("and")
            else { return nil }
            var target = TargetGrammar.single(name)
            target.readings = target.readings.filter { $0.kind == .tab && $0.name != nil && $0.scopes.isEmpty }
            return target.readings.isEmpty ? nil : target
        }
        let places: Set<String> = ["in", "on", "under", "within", "at"]
        if places.contains(phrase.first?.word ?? ""), let end = phrase.offset(of: "tab"), end + 2 < phrase.count,
            let found = tab(phrase.range(1..<end + 1))
        {
            return (found, phrase.dropping(phrase[end + 1]?.is(",") == true ? end + 2 : end + 1))
        }
        if phrase.last?.word == "tab", let offset = phrase.lastOffset(of: "in", "on", "under", "within"), offset > 1,
            VerbGrammar.verb(phrase).map({ $0.length < offset }) ?? true, let found = tab(phrase.dropping(offset + 1))
        {
            return (found, phrase.prefix(offset))
        }
        return nil
    }

    /// "In the row of Ada, click Delete": the place and the rest.
    static func fronted(_ phrase: Phrase) -> (Target, Phrase)? {
        guard let word = phrase.first?.word,
            ["in", "on", "for", "under", "within", "from", "inside", "at"].contains(word), phrase.count > 3
        else { return nil }
        if let comma = (2..<phrase.count).first(where: { phrase[$0]?.is(",") == true }), comma + 1 < phrase.count {
            return (TargetGrammar.target(phrase.range(1..<comma)), phrase.dropping(comma + 1))
        }
        for offset in 2..<phrase.count - 1 {
            if let token = phrase[offset], token.isWord, !token.isCapitalized,
                let (verb, _) = VerbGrammar.verb(phrase.dropping(offset)),
                [.click, .press, .check, .uncheck, .type, .choose, .doubleClick, .hover].contains(verb),
                !["mark", "input", "write"].contains(token.word)
            {
                return (TargetGrammar.target(phrase.range(1..<offset)), phrase.dropping(offset))
            }
        }
        return nil
    }

    /// How often: "twice", "three times".
    static func times(_ phrase: inout Phrase) -> Int {
        for (words, count) in [("twice", 2), ("once", 1), ("thrice", 3)] {
            if phrase.count > 1, phrase.ends(words) {
                phrase = phrase.droppingLast().trimmed
                return count
            }
        }
        if phrase.count > 3, phrase.ends("times", "more times"), let count = phrase[phrase.count - 2]?.count,
            (1...100).contains(count)
        {
            phrase = phrase.droppingLast(2).trimmed
            return count
        }
        return 1
    }
}

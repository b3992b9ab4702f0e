//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what may be so or not.
enum ConditionGrammar {
    /// "X is checked", "the page shows X", "there is X", "X appears".
    static func condition(_ phrase: Phrase) -> Condition? {
        var phrase = phrase.trimmed
        while phrase.count > 1, let word = phrase.first?.word, ["that", "if", "then", "also"].contains(word),
            // "If that is refused" is about a pronoun, of which nothing is known.
            !(word == "that" && predicates.contains(phrase[1]?.word ?? ""))
        {
            phrase = phrase.dropping(1)
        }
        guard !phrase.isEmpty else { return nil }
        let words = phrase.words.joined(separator: " ")
        if [
            "the page has loaded", "the page is loaded", "it has loaded", "the page loads", "everything has loaded",
            "it is loaded", "page load",
        ].contains(words) {
            return .loaded
        }
        if words.hasPrefix("the download") || words.hasPrefix("the file has been downloaded") { return .downloaded }
        for start in [
            "there is not", "there isn't", "there are not", "there aren't", "there is no", "there are no",
            "you do not see", "you don't see", "you see no", "no",
        ]
        where phrase.starts(start) {
            return shown(phrase.dropping(start.split(separator: " ").count)).map(Condition.not)
        }
        for start in [
            "there is", "there's", "there are", "you see", "you find", "you can see", "the page shows",
            "the page contains", "the page has", "the page says", "it says", "it shows", "the page displays",
            "page shows", "page contains",
        ]
        where phrase.starts(start) {
            return shown(phrase.dropping(start.split(separator: " ").count))
        }
        for start in [
            "the page does not show", "the page does not contain", "the page doesn't show", "the page doesn't contain",
        ] where phrase.starts(start) {
            return shown(phrase.dropping(start.split(separator: " ").count)).map(Condition.not)
        }
        if phrase.starts("the title", "title", "the page title") {
            if let (verb, rest) = predicate(phrase), !rest.isEmpty { return negating(verb, .title(rest.text)) }
        }
        if phrase.starts("the url", "the address", "url") {
            if let (verb, rest) = predicate(phrase), !rest.isEmpty { return negating(verb, .address(rest.text)) }
        }
        return predicated(phrase) ?? nil
    }

    /// "Is the box checked": the verb stands in front.
    static func inverted(_ phrase: Phrase) -> Condition? {
        guard let last = phrase.last, phrase.count > 2 else { return nil }
        if phrase[1]?.word == "there" { return shown(phrase.dropping(2)) }
        guard let state = Words.states[last.word] else { return nil }
        return .state(TargetGrammar.target(phrase.dropping(1).droppingLast()), state)
    }

    private static func shown(_ phrase: Phrase) -> Condition? {
        var phrase = phrase.trimmed
        if phrase.ends("on the page", "in the page") { phrase = phrase.droppingLast(3) }
        if phrase.ends("on it", "on screen") { phrase = phrase.droppingLast(2) }
        while phrase.count > 1, let first = phrase.first?.word, ["a", "an", "any", "the"].contains(first) {
            phrase = phrase.dropping(1)
        }
        return phrase.isEmpty ? nil : .shows(TargetGrammar.target(phrase))
    }

    private static let predicates: Set<String> = [
        "is", "are", "was", "has", "have", "says", "say", "shows", "show", "contains", "contain", "reads", "read",
        "becomes", "equals", "holds", "isn't",
        "aren't", "does", "doesn't", "do", "appears", "appear", "disappears", "disappear", "exists", "exist",
        "vanishes", "loads", "includes", "comes", "opens",
        "turns", "displays", "goes", "starts", "pops",
    ]

    private static func predicate(_ phrase: Phrase) -> (verb: String, rest: Phrase)? {
        guard
            let offset = (1..<max(1, phrase.count)).first(where: {
                phrase[$0].map { $0.isWord && predicates.contains($0.word) } ?? false
            })
        else { return nil }
        return (phrase[offset]?.word ?? "", phrase.dropping(offset + 1))
    }

    private static func negating(_ verb: String, _ condition: Condition) -> Condition {
        verb.hasSuffix("n't") ? .not(condition) : condition
    }

    private static func predicated(_ phrase: Phrase) -> Condition? {
        guard
            let offset = (1..<max(1, phrase.count)).last(where: { index in
                guard let token = phrase[index], token.isWord, predicates.contains(token.word) else { return false }
                return true
            })
        else {
            return .shows(TargetGrammar.target(phrase))
        }
        var start = offset
        while start > 1, let word = phrase[start - 1]?.word,
            ["is", "has", "does", "do", "are", "have", "been", "not", "can", "be"].contains(word)
        { start -= 1 }
        let subject = phrase.prefix(start)
        let target = TargetGrammar.target(subject)
        var verbs = phrase.range(start..<offset + 1).words
        var rest = phrase.dropping(offset + 1)
        while rest.count > 0, let word = rest.first?.word,
            ["not", "no", "longer", "been", "be", "now", "to", "only", "currently"].contains(word)
        {
            if ["not", "no"].contains(word) { verbs.append("not") }
            rest = rest.dropping(1)
        }
        let isNegated = verbs.contains { ["not", "no"].contains($0) || $0.hasSuffix("n't") }
        guard let condition = meaning(target, subject, verbs, rest) else { return nil }
        return isNegated ? .not(condition) : condition
    }

    private static func meaning(_ target: Target, _ subject: Phrase, _ verbs: [String], _ rest: Phrase) -> Condition? {
        let verb = verbs.last { $0 != "not" } ?? ""
        if rest.isEmpty
            || rest.starts("up", "on the page")
                && ["appears", "shows", "pops", "comes", "disappears", "is", "are"].contains(verb)
        {
            switch verb {
            case "appears", "appear", "exists", "exist", "loads", "shows", "show", "comes", "pops", "opens", "displays":
                return .shows(target)
            case "disappears", "disappear", "vanishes", "goes": return .not(.shows(target))
            default: return rest.isEmpty ? nil : .shows(target)
            }
        }
        if rest.count <= 2, let word = rest.first?.word, rest.first?.isQuoted == false,
            ["is", "are", "becomes", "was", "isn't", "aren't", "turns", "has", "have"].contains(verb)
        {
            if let state = Words.states[word],
                rest.count == 1 || ["out", "down", "anymore"].contains(rest[1]?.word ?? "")
            {
                switch state {
                case .shown: return .shows(target)
                case .gone: return .not(.shows(target))
                default: return .state(target, state)
                }
            }
        }
        if let (comparison, length) = comparison(rest) {
            let question = QuestionGrammar.value(subject) ?? .text(target)
            return .compares(question, comparison, rest.dropping(length).text)
        }
        if subject.withoutArticle.starts("number of", "count of"), rest.count == 1,
            let question = QuestionGrammar.value(subject)
        {
            return .compares(question, .equal, rest.first?.count.map(String.init) ?? rest.text)
        }
        switch verb {
        case _ where target.isPronoun: return nil
        case "says", "say", "shows", "show", "contains", "contain", "reads", "read", "equals", "holds", "includes",
            "displays", "becomes", "is", "are", "isn't", "has", "have", "does", "doesn't":
            return .says(target, rest.text)
        default: return nil
        }
    }

    private static func comparison(_ phrase: Phrase) -> (Condition.Comparison, Int)? {
        let table: [([String], Condition.Comparison)] = [
            (["more", "than"], .more), (["greater", "than"], .more), (["higher", "than"], .more),
            (["larger", "than"], .more), (["over"], .more), (["above"], .more),
            (["less", "than"], .less), (["fewer", "than"], .less), (["lower", "than"], .less),
            (["smaller", "than"], .less), (["under"], .less), (["below"], .less),
            (["at", "least"], .atLeast), (["at", "most"], .atMost), (["equal", "to"], .equal), (["exactly"], .equal),
        ]
        return table.first { phrase.has($0.0) && phrase.count > $0.0.count }.map { ($0.1, $0.0.count) }
    }
}

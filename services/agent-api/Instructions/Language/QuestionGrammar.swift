//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is typed, chosen or set.
enum ValueGrammar {
    static func value(_ phrase: Phrase) -> Value {
        var phrase = phrase.trimmed
        var change = Value.Change.none
        for (words, meaning) in changes {
            if let offset = phrase.offset(of: words), offset > 0,
                offset + words.split(separator: " ").count == phrase.count
            {
                phrase = phrase.prefix(offset).trimmed
                change = meaning
                break
            }
        }
        guard let first = phrase.first else { return .text("") }
        // "08/14/2027 (month/day/year)"
        if let note = phrase.offset(ofMark: "("), note > 0, phrase.tokens.allSatisfy({ !$0.isQuoted }) {
            phrase = phrase.prefix(note)
        }
        if let fragments = fragments(phrase) { return .suggested(fragments) }
        if let last = phrase.last, last.isQuoted, phrase.count <= 4,
            phrase.droppingLast().tokens.allSatisfy({ $0.isWord && introductions.contains($0.word) })
        {
            return changed(last.text, change)
        }
        if phrase.count > 2, first.word == "the", let noun = phrase[1]?.word,
            ["word", "text", "words", "string", "letters", "phrase", "letter"].contains(noun),
            phrase.offset(of: "of", "in", "from", "that") == nil
        {
            return changed(phrase.dropping(2).text, change)
        }
        if phrase.tokens.allSatisfy({ !$0.isQuoted }) {
            if remembered.contains(phrase.words.joined(separator: " ")) { return .remembered }
            if computed.contains(where: { phrase.has($0) && phrase.count <= $0.count + 4 }) { return .computed }
            if first.word == "the" || first.word == "its" || first.word == "what", phrase.count > 1,
                let question = QuestionGrammar.value(phrase)
            {
                return .asked(question, change)
            }
        } else if first.word == "the", phrase.offset(of: "of", "in", "from", "for") != nil,
            let question = QuestionGrammar.value(phrase)
        {
            return .asked(question, change)
        }
        return changed(phrase.text, change)
    }

    static let introductions: Set<String> = [
        "the", "a", "text", "word", "words", "value", "string", "following", "number", "phrase", "message", "name",
        "letters",
    ]
    private static let changes: [(String, Value.Change)] = [
        ("in all upper case", .upper), ("in upper case", .upper), ("in uppercase", .upper),
        ("in all uppercase", .upper),
        ("in capital letters", .upper), ("in all caps", .upper), ("in all lower case", .lower),
        ("in lower case", .lower),
        ("in all lowercase", .lower), ("in lowercase", .lower), ("backwards", .reversed), ("in reverse", .reversed),
        ("in title case", .capitalized),
    ]
    private static let remembered: Set<String> = [
        "it", "that", "this", "them", "the result", "the answer", "what you found", "what you read", "what you copied",
        "the copied text",
        "the value", "the same", "that text", "the text that you copied", "that value", "that word", "that number",
        "the clipboard", "your answer", "the solution", "your result", "your solution", "the correct answer",
    ]
    private static let computed: [[String]] = [
        ["the", "solution", "to"], ["the", "solution", "of"], ["the", "answer", "to", "the"],
        ["the", "result", "of", "the"], ["the", "value", "of", "x"],
    ]

    /// "an item that starts with Al and ends with ia"
    private static func fragments(_ phrase: Phrase) -> Value.Fragments? {
        guard let first = phrase.first, ["a", "an", "the", "any", "one", "some"].contains(first.word),
            let start = (1..<min(5, phrase.count)).first(where: { offset in
                fragmentVerbs.keys.contains { phrase.has($0.split(separator: " ").map(String.init), at: offset) }
            })
        else { return nil }
        var fragments = Value.Fragments()
        var rest = phrase.dropping(start)
        while !rest.isEmpty {
            if let lead = rest.first?.word, ["and", "that", "which", "but", "also"].contains(lead) || rest.first?.kind == .mark {
                rest = rest.dropping(1)
                continue
            }
            guard let (words, place) = fragmentVerbs.first(where: { rest.has($0.key.split(separator: " ").map(String.init)) }),
                let value = rest[words.split(separator: " ").count]
            else { return nil }
            fragments[keyPath: place] = value.text
            rest = rest.dropping(words.split(separator: " ").count + 1)
        }
        return fragments
    }

    nonisolated(unsafe) private static let fragmentVerbs: [String: WritableKeyPath<Value.Fragments, String>] = [
        "starts with": \.start, "starting with": \.start, "begins with": \.start, "beginning with": \.start,
        "ends with": \.end, "ending with": \.end, "ends in": \.end, "ending in": \.end, "contains": \.part,
        "containing": \.part,
    ]

    static func changed(_ text: String, _ change: Value.Change) -> Value {
        switch change {
        case .none: .text(text)
        case .upper: .text(text.uppercased())
        case .lower: .text(text.lowercased())
        case .capitalized:
            .text(text.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " "))
        case .reversed: .text(String(text.reversed()))
        }
    }
}

/// Reads questions.
enum QuestionGrammar {
    private static let auxiliaries: Set<String> = [
        "is", "are", "was", "were", "does", "do", "did", "has", "have", "can", "could", "will", "would", "should",
    ]

    /// A question, or what is to be read.
    static func question(_ phrase: Phrase) -> Question {
        var phrase = phrase.trimmed
        while phrase.count > 1, let word = phrase.first?.word,
            ["me", "out", "to", "you", "us", "back", "off", "if", "up", "and"].contains(word), word != "if"
        {
            phrase = phrase.dropping(1)
        }
        guard let first = phrase.first else { return .page }
        switch first.word {
        case "how": return how(phrase)
        case "whether", "if":
            if let condition = ConditionGrammar.condition(phrase.dropping(1)) { return .whether(condition) }
        case "is", "are":
            if let condition = ConditionGrammar.inverted(phrase) { return .whether(condition) }
        case "what", "what's", "which", "who", "who's", "whose", "where", "when":
            return wh(phrase)
        default: break
        }
        return value(phrase) ?? .attribute(words: phrase.words, of: nil, spoken: phrase.withoutArticle.text)
    }

    private static func how(_ phrase: Phrase) -> Question {
        let spoken = phrase.text
        if phrase.has(["how", "many"]) {
            let rest = phrase.dropping(2)
            // "how many boxes there are"
            if rest.count > 2, rest.ends("there are", "there is") { return .count(TargetGrammar.target(rest.droppingLast(2))) }
            let end = (0..<rest.count).first { rest[$0].map { auxiliaries.contains($0.word) } ?? false } ?? rest.count
            var counted = rest.prefix(end)
            var others = rest.dropping(min(end + 1, rest.count))
            if others.first?.word == "there" { others = others.dropping(1) }
            if counted.isEmpty { (counted, others) = (others, counted) }
            if others.isEmpty {
                return .first([
                    .count(TargetGrammar.target(counted)), .attribute(words: counted.words, of: nil, spoken: spoken),
                ])
            }
            while others.count > 1, let last = others.last, ["have", "has", "get", "contain"].contains(last.word) {
                others = others.droppingLast()
            }
            let aux = rest[end]?.word ?? ""
            if ["does", "do", "did", "has", "have"].contains(aux) {
                let thing = TargetGrammar.target(others)
                let scoped = counting(counted, in: thing)
                return .first([.attribute(words: counted.words, of: thing, spoken: spoken), .count(scoped)])
            }
            // "are in stock", "are left", "are from ann@x.org", "are checked"
            let words = Phrase(tokens: counted.tokens, source: phrase.source)
            let joined = joining(words, others)
            return .first([
                .attribute(words: counted.words + others.words, of: nil, spoken: spoken), .count(joined),
                .count(
                    counting(
                        counted,
                        in: TargetGrammar.target(
                            others.dropping(others.first.map { Words.relations[$0.word] != nil } == true ? 1 : 0)
                        )
                    )
                ),
            ])
        }
        var rest = phrase.dropping(1)
        var words: [String] = []
        while let token = rest.first, !auxiliaries.contains(token.word), rest.count > 1 {
            words.append(token.word)
            rest = rest.dropping(1)
        }
        rest = rest.dropping(1)
        if words == ["much"] { words = ["how much"] }
        return .attribute(words: words + rest.words, of: nil, spoken: spoken)
    }

    private static func counting(_ counted: Phrase, in thing: Target) -> Target {
        var target = TargetGrammar.target(counted)
        target.readings = target.readings.map { reading in
            var reading = reading
            reading.quantity = .all
            if !thing.isEmpty { reading.scopes.append(Reading.Scope(relation: .within, target: thing)) }
            return reading
        }
        return target
    }

    private static func joining(_ counted: Phrase, _ others: Phrase) -> Target {
        guard let last = others.last, let first = counted.first, first.range.lowerBound < last.range.lowerBound else {
            return TargetGrammar.target(counted)
        }
        var tokens = Array(counted.tokens)
        tokens +=
            others.first.map { Words.relations[$0.word] } == nil
            ? [Token(kind: .word, text: "with", word: "with", range: last.range)] + Array(others.tokens)
            : Array(others.tokens)
        return TargetGrammar.target(Phrase(tokens: tokens[...], source: counted.source))
    }

    private static func wh(_ phrase: Phrase) -> Question {
        let spoken = phrase.text
        var rest = phrase.dropping(1)
        let asks = phrase.first?.word.replacing("'s", with: "") ?? ""
        while rest.count > 1, let word = rest.first?.word, auxiliaries.contains(word) { rest = rest.dropping(1) }
        if asks == "what", let word = rest.first?.word, ["on", "in", "inside", "under"].contains(word), rest.count > 1 {
            return .text(TargetGrammar.target(rest.dropping(1)))
        }
        if ["what", "which"].contains(asks),
            rest.first?.word == "the" || phrase.first?.word == "what's" || phrase[1]?.word == "is",
            let question = value(rest)
        {
            return question
        }
        let kept = rest.tokens.filter {
            !(auxiliaries.contains($0.word) || ["there", "now", "it", "they"].contains($0.word))
        }
        let words = Phrase(tokens: ArraySlice(kept), source: phrase.source).words
        let lead = ["who": ["who"], "where": ["where"], "when": ["when"], "whose": ["who"]][asks] ?? []
        return .attribute(words: lead + words, of: nil, spoken: spoken)
    }

    /// What a phrase such as "the price of the lamp" asks for; `nil` where it asks for nothing that can be read.
    static func value(_ phrase: Phrase) -> Question? {
        var phrase = phrase.trimmed
        var bare = phrase.withoutArticle
        let spoken = bare.written
        if bare.count == 1, let word = bare.first?.word {
            switch word {
            case "title": return .title
            case "url", "address", "link": return .address
            case "heading", "headline": return .heading
            case "page", "screen", "text", "content", "everything": return .page
            case "selection": return .selection
            case "dialog", "alert": return .dialog
            case "it", "that", "result", "them": return .result
            case "prompt", "question": return .first([.dialog, .attribute(words: [word], of: nil, spoken: spoken)])
            default: return .attribute(words: [word], of: nil, spoken: spoken)
            }
        }
        if bare.starts("page title", "title of the page", "title of this page") { return .title }
        if bare.starts("page's title", "title of the site") { return .title }
        if bare.starts("url of the page", "address of the page", "current url", "current address", "page's address") {
            return .address
        }
        if bare.starts("text of the page", "whole page", "page's text", "text on the page", "content of the page") {
            return .page
        }
        if bare.starts("heading of the page", "main heading", "page's heading", "page heading") { return .heading }
        if bare.starts("dialog's message", "message of the dialog", "text of the dialog", "alert's text") {
            return .dialog
        }
        if bare.starts("selected text", "highlighted text") { return .selection }
        if let part = part(bare) { return part }
        if bare.starts("number of", "count of", "amount of") {
            let counted = bare.dropping(2)
            let target = TargetGrammar.target(counted)
            let of = counted.offset(of: "of", "for", "in", "on")
            var attempts: [Question] = []
            if let of {
                attempts.append(
                    .attribute(
                        words: counted.prefix(of).words,
                        of: TargetGrammar.target(counted.dropping(of + 1)),
                        spoken: spoken
                    )
                )
            }
            attempts += [.count(target), .attribute(words: counted.words, of: nil, spoken: spoken)]
            return .first(attempts)
        }
        if bare.starts("sum of", "total of") {
            let rest = bare.dropping(2)
            return .first([
                .attribute(words: bare.words, of: nil, spoken: spoken),
                .sum(attribute: bare.first?.word ?? "", of: TargetGrammar.target(rest)),
            ])
        }
        if bare.starts("text of", "text in", "contents of", "content of", "words of", "text inside", "text from") {
            var target = TargetGrammar.target(bare.dropping(2))
            target.spoken = bare.written
            return .text(target)
        }
        if bare.starts("value of", "value for", "value in") { bare = bare.dropping(2) }
        if let name = bare.offset(of: "of", "for", "in", "on", "from", "with", "by", "at"), name > 0,
            name + 1 < bare.count
        {
            let attribute = bare.prefix(name).words
            let thing = TargetGrammar.target(bare.dropping(name + 1))
            return .first([.attribute(words: attribute, of: thing, spoken: spoken), .text(TargetGrammar.target(bare))])
        }
        phrase = bare
        return .first([.attribute(words: bare.words, of: nil, spoken: spoken), .text(TargetGrammar.target(bare))])
    }

    private static let units: [String: Question.Unit] = [
        "word": .word, "words": .word, "line": .line, "lines": .line, "sentence": .sentence, "letter": .letter,
        "letters": .letter,
        "character": .character, "paragraph": .paragraph,
    ]

    /// "4th word in the paragraph", "first two words of the heading".
    static func part(_ phrase: Phrase) -> Question? {
        guard let first = phrase.first, let position = Words.ordinals[first.word] else { return nil }
        var offset = 1
        var order = Reading.Order(position: position)
        if let count = phrase[1]?.count, count > 1 {
            order.count = count
            offset = 2
        }
        guard let unit = phrase[offset].flatMap({ units[$0.word] }) else { return nil }
        let rest = phrase.dropping(offset + 1)
        guard rest.isEmpty || ["of", "in", "from"].contains(rest.first?.word ?? "") else { return nil }
        if unit == .paragraph && rest.isEmpty { return nil }
        let of =
            rest.isEmpty
            ? Target(spoken: "", readings: [Reading(kind: .paragraph)]) : TargetGrammar.target(rest.dropping(1))
        return .part(order, unit: unit, of: of)
    }
}

/// Reads what may be so or not.
enum ConditionGrammar {
    /// "X is checked", "the page shows X", "there is X", "X appears".
    static func condition(_ phrase: Phrase) -> Condition? {
        var phrase = phrase.trimmed
        while phrase.count > 1, let word = phrase.first?.word, ["that", "if", "then", "also"].contains(word) {
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

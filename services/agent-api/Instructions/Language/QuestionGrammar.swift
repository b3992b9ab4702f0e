//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
            var rest = phrase.dropping(2)
            // "how many boxes there are"
            if rest.count > 2, rest.ends("there are", "there is") { rest = rest.droppingLast(2) }
            let end = (0..<rest.count).first { rest[$0].map { auxiliaries.contains($0.word) } ?? false } ?? rest.count
            var counted = rest.prefix(end)
            var others = rest.dropping(min(end + 1, rest.count))
            if others.first?.word == "there" { others = others.dropping(1) }
            if counted.isEmpty { (counted, others) = (others, counted) }
            // "do I have": on the page.
            if ["i", "we", "you"].contains(others.first?.word ?? "") {
                others = others.dropping(1)
                if let last = others.last, others.count == 1, ["have", "got", "see", "get"].contains(last.word) {
                    others = others.dropping(1)
                }
            }
            if isAboutWhatIsShown(others) { return .count(TargetGrammar.target(counted)) }
            if others.isEmpty {
                return .number(
                    counted: [TargetGrammar.target(counted)],
                    stated: [.attribute(words: counted.words, of: nil, spoken: spoken)]
                )
            }
            while others.count > 1, let last = others.last, ["have", "has", "get", "contain"].contains(last.word) {
                others = others.droppingLast()
            }
            let aux = rest[end]?.word ?? ""
            if ["does", "do", "did", "has", "have"].contains(aux) {
                let thing = TargetGrammar.target(others)
                let scoped = counting(counted, in: thing)
                return .number(
                    counted: [scoped],
                    stated: [.attribute(words: counted.words, of: thing, spoken: spoken)]
                )
            }
            // "are in stock", "are left", "are from ann@x.org", "are checked"
            let words = Phrase(tokens: counted.tokens, source: phrase.source)
            let joined = joining(words, others)
            let isRelated = others.first.map { Words.relations[$0.word] != nil } == true
            let place = TargetGrammar.target(others.dropping(isRelated ? 1 : 0))
            return .number(
                counted: [joined, counting(counted, in: place)],
                stated: [.attribute(words: counted.words + others.words, of: nil, spoken: spoken)]
            )
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

    /// "in the list", "listed", "on the page": what can be seen is counted, whatever the page states.
    private static func isAboutWhatIsShown(_ phrase: Phrase) -> Bool {
        let words = phrase.words.filter { !["now", "currently", "still", "the", "this", "there"].contains($0) }
        return [
            ["in", "list"], ["in", "table"], ["on", "page"], ["on", "screen"], ["listed"], ["shown"], ["displayed"],
            ["visible"],
        ].contains(words)
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
        // "What does the table say for City"
        if asks == "what", let says = rest.offset(of: "say for", "say about", "say under", "show for", "say next to"),
            says > 0, let place = rest.prefix(says).last?.word,
            ["page", "table", "form", "list", "screen", "it"].contains(place)
        {
            let thing = rest.dropping(says + (rest.has(["say", "next", "to"], at: says) ? 3 : 2))
            if let question = value(thing) { return question }
        }
        // "Which theme is selected": what the list holds.
        if asks == "which", rest.count > 1, ["selected", "chosen", "set", "picked"].contains(rest.last?.word ?? "") {
            rest = rest.droppingLast()
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
            if let of, isAboutWhatIsShown(counted.dropping(of)) {
                return .count(TargetGrammar.target(counted.prefix(of)))
            }
            let scoped = of.map { of in
                Question.attribute(
                    words: counted.prefix(of).words,
                    of: TargetGrammar.target(counted.dropping(of + 1)),
                    spoken: spoken
                )
            }
            let plain = Question.attribute(words: counted.words, of: nil, spoken: spoken)
            return .number(counted: [target], stated: (scoped.map { [$0] } ?? []) + [plain])
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

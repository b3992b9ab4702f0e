//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is to be found out: "the price of the second item", "how many items are there", "what does the first
/// result say".
enum QueryGrammar {
    private static let ignored: Set<String> = [
        "the", "of", "what", "is", "page", "page's", "this", "current", "text", "me", "on", "out", "main", "all",
        "says", "whole", "entire", "full",
    ]

    /// What is to be read.
    static func query(_ phrase: Phrase) -> Query {
        let whole = phrase.trimmed
        let spoken = whole.withoutArticle.text
        if whole.isQuotation { return Query(spoken: spoken, form: .value(whole.text, of: nil)) }
        let words = whole.keys.filter { !ignored.contains($0) && $0 != "?" }
        switch words {
        case ["title"]: return Query(spoken: "the title", form: .title)
        case ["url"], ["address"]: return Query(spoken: "the address", form: .address)
        case [], ["content"], ["contents"], ["everything"], ["that"]: return Query(spoken: "the page", form: .page)
        default: break
        }
        if let part = part(whole) { return Query(spoken: spoken, form: part) }
        if let number = number(whole) { return Query(spoken: spoken, form: number) }
        return Query(spoken: spoken, form: value(whole))
    }

    /// Whether words ask for something rather than being something to type: "the value of Color".
    static func isQuery(_ phrase: Phrase) -> Bool {
        let words = phrase.trimmed
        guard words.first?.key == "the" || words.first?.key == "what" else { return false }
        if part(words) != nil { return true }
        let rest = words.dropFirst()
        let openings: PhraseSet = [
            "value of", "value for", "value that", "text of", "text in", "text from", "text inside", "content of",
            "contents of", "number of", "number in",
            "price of", "name of", "total", "text below", "text under", "text next to", "value in", "value from",
            "value next to", "value under",
            "current value of", "email of", "date of", "order number", "confirmation code", "code shown", "text shown",
            "value shown", "code from", "number from",
        ]
        return openings.length(at: rest) > 0 || words.first?.key == "what"
            || rest.contains(where: { ["from", "shown", "of"].contains($0.key) })
                && !rest.contains(where: { $0.kind == .quoted && rest.count == 1 })
    }

    /// "the 4th word in the paragraph", "the last line"
    private static func part(_ phrase: Phrase) -> Query.Form? {
        let words = phrase.withoutArticle
        guard let (position, length) = Ordinals.position(at: words), let noun = words[length] else { return nil }
        let parts: [String: Query.TextPart] = [
            "word": .word, "character": .character, "letter": .character, "sentence": .sentence, "line": .line,
        ]
        guard let part = parts[noun.key] else { return nil }
        var rest = words.dropFirst(length + 1)
        while let first = rest.first, ["in", "of", "from", "inside", "within", "on"].contains(first.key) {
            rest = rest.dropFirst()
        }
        return .part(part, position, of: rest.withoutArticle.text)
    }

    /// "the number of items"
    private static func number(_ phrase: Phrase) -> Query.Form? {
        let words = phrase.withoutArticle
        guard words.count > 2, ["number", "count", "amount"].contains(words.first?.key), words[1]?.key == "of" else {
            return nil
        }
        return count(words.dropFirst(2)).form
    }

    /// "items are there", "rows does the table have" → how many.
    static func count(_ phrase: Phrase) -> Query {
        let spoken = "how many " + phrase.trimmed.withoutArticle.text
        var words = phrase.trimmed.withoutArticle
        if words.first?.key == "all", words.count > 1 { words = words.dropFirst().withoutArticle }
        if words.hasPrefix("how", "many"), words.count > 2 { words = words.dropFirst(2) }
        let endings: PhraseEndings = [
            "are there", "are on the page", "there are", "are shown", "are listed", "is there", "on the page",
            "are on this page",
            "do you see", "can you see", "on this page", "are there on the page", "are displayed", "are in the list",
            "in the list", "are there in the list", "does it have", "does the page have", "does the list have",
            "does the table have", "are in the table", "in the table", "exist", "are visible", "were found",
            "are there in total", "in total", "are there in the table", "you see", "are there on this page",
            "do i have",
        ]
        while let head = endings.head(of: words) { words = head }
        if words.count > 1, words.last?.key == "are" { words = words.dropLast() }
        let nouns = words.tokens.filter { !["are", "is", "the", "there"].contains($0.key) }
        return Query(spoken: spoken, form: .count(Phrase(nouns[...]).text))
    }

    /// "the price of the second item", "what the first result says", "the names of all products"
    private static func value(_ phrase: Phrase) -> Query.Form {
        var words = phrase.trimmed
        for opening in [
            ["what"], ["the", "text", "of"], ["the", "text", "in"], ["the", "value", "of"], ["the", "text", "from"],
            ["the", "content", "of"], ["the", "contents", "of"], ["the", "value", "for"], ["the", "value", "in"],
            ["the", "current", "value", "of"], ["value", "of"], ["text", "of"], ["the", "text", "inside"],
            ["the", "value", "from"], ["the", "value", "shown", "for"], ["the", "text", "inside", "of"],
            ["the", "value", "that", "belongs", "to"], ["the", "value", "that", "corresponds", "to"],
            ["the", "value", "corresponding", "to"],
        ]
        where words.starts(with: opening) && words.count > opening.count { words = words.dropFirst(opening.count) }
        for ending in [
            ["says"], ["say"], ["shown"], ["contains"], ["below"], ["on", "the", "page"], ["on", "this", "page"],
            ["is"], ["shows"], ["holds"], ["reads"], ["above"], ["that", "is", "shown"], ["there"],
            ["on", "the", "screen"], ["displayed"], ["cost"], ["costs"],
        ]
        where words.ends(with: ending) && words.count > ending.count {
            if ["cost", "costs"].contains(ending[0]) {
                return .value("price", of: LocationGrammar.scopes(.inside, words.dropLast()).first)
            }
            words = words.dropLast(ending.count).trimmed
        }
        let plain = words.withoutArticle
        if let (head, place) = plain.split(atFirst: ["of", "for", "from", "in", "next", "under", "on"]),
            !head.isQuotation
        {
            var place = place
            let isNext = plain.tokens[place.tokens.startIndex - 1].key == "next"
            if isNext, place.first?.key == "to", place.count > 1 { place = place.dropFirst() }
            let what = head.withoutArticle
            // "the names of all products"
            if let first = place.first, ["all", "every", "each"].contains(first.key) {
                return .all(what.text, of: place.dropFirst().withoutArticle.text)
            }
            let scopes = LocationGrammar.scopes(.inside, place)
            if let scope = scopes.first {
                let isPage = ["page", "site", "screen"].contains(place.withoutArticle.key)
                return .value(what.text, of: isPage ? nil : scope)
            }
        }
        if let first = words.first, ["all", "every"].contains(first.key), words.count > 1 {
            let things = words.dropFirst().withoutArticle
            // "all product names": the kind of thing, then what of it.
            return .all(things.text, of: "")
        }
        return .value(plain.text, of: nil)
    }

    /// "What is the total?", "what does the first result say", "how much is the lamp", "is Gift wrap checked?"
    static func question(_ phrase: Phrase) -> Query {
        let words = phrase.trimmed
        let spoken = words.text
        var query = Query(spoken: spoken, form: .page)
        if let rest = words.dropping(["how many", "count", "count how many", "count the number of"]) {
            return count(rest)
        }
        if let rest = words.dropping([
            "how much is", "how much does", "how much do", "how much are", "what does it cost to", "how much for",
        ]) {
            var thing = rest.trimmed
            if let last = thing.last, ["cost", "costs"].contains(last.key) { thing = thing.dropLast() }
            if ["total", "it", "sum", "subtotal", "shipping", "tax"].contains(thing.withoutArticle.key) {
                return Self.query(thing)
            }
            query.form = .value("price", of: LocationGrammar.scopes(.inside, thing).first)
            return query
        }
        if let rest = words.dropping(["what does", "what do", "what is written in", "what is in", "what's in"]) {
            query.form = Self.query(rest).form
            return query
        }
        if let first = words.first, ["is", "are", "does", "do"].contains(first.key), words.count > 2,
            let condition = yesOrNo(words)
        {
            query.form = .whether(condition)
            return query
        }
        if let rest = words.dropping([
            "what is", "what's", "what are", "who is", "which is", "where is", "when is", "which are", "who are",
            "how old is", "how long is",
        ]), !rest.isEmpty {
            var rest = rest
            // "what is the price that is shown for X"
            if let last = rest.last, ["called", "now", "?"].contains(last.key) { rest = rest.dropLast() }
            query.form = Self.query(rest).form
            return query
        }
        // "which city does Ada live in": what is asked for, and of whom.
        if let first = words.first, ["what", "which"].contains(first.key),
            let (head, rest) = words.dropFirst().split(atFirst: ["does", "do", "is", "has", "did"])
        {
            var thing = rest
            while let last = thing.last,
                ["have", "in", "has", "live", "cost", "show", "say", "from", "on"].contains(last.key), thing.count > 1
            { thing = thing.dropLast() }
            query.form = .value(head.text, of: LocationGrammar.scopes(.inside, thing).first)
            return query
        }
        query.form = Self.query(words.dropFirst()).form
        return query
    }

    /// "is Gift wrap checked" → "Gift wrap is checked"
    private static func yesOrNo(_ words: Phrase) -> Condition? {
        guard let verb = words.first else { return nil }
        let rest = words.dropFirst().trimmed
        if rest.first?.key == "there" {
            return try? ConditionGrammar.condition(
                Phrase([rest.tokens[rest.tokens.startIndex], verb][...].map { $0 }[...] + rest.dropFirst().tokens)
            )
        }
        for length in [1, 2] where rest.count > length {
            let turned = Phrase(rest.dropLast(length).tokens + [verb] + rest.suffix(length).tokens)
            if let condition = ConditionGrammar.claim(turned), case .holds = condition.fact {
                continue
            } else if let condition = ConditionGrammar.claim(turned) {
                return condition
            }
        }
        return ConditionGrammar.claim(rest)
    }
}

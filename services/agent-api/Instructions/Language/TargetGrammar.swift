//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what a sentence calls things on the page.
enum TargetGrammar {
    /// More prepositions than this in one phrase are taken for a part of the name.
    static let relationsAtMost = 4

    static func target(_ phrase: Phrase) -> Target {
        var phrase = connected(phrase.trimmed)
        guard !phrase.isEmpty else { return .nothing }
        // "the section below"
        if phrase.count > 1, let last = phrase.last, ["below", "above"].contains(last.word) {
            phrase = phrase.droppingLast()
        }
        var isAscending: Bool?
        for (words, value) in orders
        where phrase.count > words.count && phrase.has(words, at: phrase.count - words.count) {
            isAscending = value
            phrase = phrase.droppingLast(words.count).trimmed
        }
        var exceptions: [Target] = []
        if let (offset, length) = exception(in: phrase) {
            exceptions = phrase.dropping(offset + length).listed.map { single($0) }
            phrase = phrase.prefix(offset).trimmed
            while let last = phrase.last, last.is(",") || last.word == "and" { phrase = phrase.droppingLast() }
        }
        var target = listed(phrase)
        target.exceptions = exceptions
        if let isAscending {
            target.readings = target.readings.compactMap { reading in
                var reading = reading
                reading.isAscending = isAscending
                reading.quantity = .all
                return reading.isWhole ? nil : reading
            }
        }
        return target
    }

    static let orders: [([String], Bool)] = [
        (["in", "ascending", "order"], true), (["in", "increasing", "order"], true),
        (["in", "descending", "order"], false),
        (["in", "decreasing", "order"], false), (["from", "lowest", "to", "highest"], true),
        (["from", "smallest", "to", "largest"], true), (["from", "highest", "to", "lowest"], false),
        (["in", "alphabetical", "order"], true),
    ]

    /// Without words that only lead to a relation; "that Ann sent" as "by Ann".
    static func connected(_ phrase: Phrase) -> Phrase {
        var tokens = Array(phrase.tokens)
        func matches(_ words: [String], _ offset: Int) -> Bool {
            offset + words.count < tokens.count && words.indices.allSatisfy { tokens[offset + $0].word == words[$0] }
        }
        var offset = 1
        while offset < tokens.count {
            if let words = Words.connectors.first(where: { matches($0, offset) }),
                ["from", "by", "in", "on", "under", "below", "above", "next", "at", "inside", "between", "within"]
                    .contains(
                        tokens[offset + words.count].word
                    )
            {
                tokens.removeSubrange(offset..<offset + words.count)
            } else if ["that", "which"].contains(tokens[offset].word), offset + 2 < tokens.count,
                let verb = (offset + 2..<min(offset + 5, tokens.count)).first(where: {
                    tokens[$0].isWord && Words.authorings.contains(tokens[$0].word)
                }),
                tokens[(offset + 1)..<verb].allSatisfy({ $0.isCapitalized || $0.isQuoted || $0.text.hasPrefix("@") })
            {
                tokens.remove(at: verb)
                tokens[offset].word = "by"
            }
            offset += 1
        }
        return Phrase(tokens: tokens[...], source: phrase.source)
    }

    static func exception(in phrase: Phrase) -> (offset: Int, length: Int)? {
        for offset in 1..<max(1, phrase.count) {
            for words in Words.exceptions where phrase.has(words, at: offset) && offset + words.count < phrase.count {
                // "Do not disturb" is a name.
                if words == ["not"],
                    ["do", "does", "is", "are", "can", "will"].contains(phrase[offset - 1]?.word ?? "")
                {
                    continue
                }
                return (offset, words.count)
            }
        }
        return nil
    }

    static func listed(_ phrase: Phrase) -> Target {
        let parts = phrase.listed
        guard parts.count > 1 else { return single(phrase) }
        var target = Target(spoken: spoken(phrase), readings: [whole(phrase.withoutArticle)])
        let first = single(parts[0])
        target.parts = [first] + parts.dropFirst().map { single($0, like: first) }
        if let scope = sharedScope(parts) {
            for index in target.parts.indices.dropLast() {
                target.parts[index].readings =
                    target.parts[index].readings.map { reading in
                        guard reading.scopes.isEmpty, !reading.isWhole else { return reading }
                        var reading = reading
                        reading.scopes = scope
                        return reading
                    } + target.parts[index].readings
            }
        }
        return target
    }

    /// What stands behind the last thing of a list may be about all of them: "Ann and Ben in the table".
    static func sharedScope(_ parts: [Phrase]) -> [Reading.Scope]? {
        guard let last = parts.last, let reading = single(last).readings.first(where: { !$0.scopes.isEmpty }) else {
            return nil
        }
        return parts.dropLast().allSatisfy { single($0).readings.allSatisfy(\.scopes.isEmpty) } ? reading.scopes : nil
    }

    static func spoken(_ phrase: Phrase) -> String { phrase.withoutArticle.text }

    /// A phrase about one thing, or several of a kind.
    ///
    /// - Parameter model: The first of a list, whose kind and scopes a bare name takes over.
    static func single(_ phrase: Phrase, like model: Target? = nil) -> Target {
        let bare = phrase.withoutArticle
        guard let first = bare.first else { return .nothing }
        if bare.count == 1, first.isWord, Words.pronouns.contains(first.word) {
            return Target(spoken: bare.text, readings: [Reading(isPronoun: true)])
        }
        var readings: [Reading] = [whole(bare)]
        if let determiner = phrase.trimmed.first?.word, ["this", "that", "these"].contains(determiner), bare.count == 1,
            first.isWord
        {
            readings.append(Reading(kind: kind(at: 0, bare)?.kind, isPronoun: true))
        }
        readings += structured(phrase.trimmed)
        readings += owned(bare)
        readings += answering(bare)
        readings += numbered(bare)
        if let model { readings += inherited(bare, model) }
        var known = Set<Reading>()
        return Target(spoken: spoken(phrase), readings: readings.filter { known.insert($0).inserted })
    }

    /// "Ada's message": the message of Ada.
    static func owned(_ phrase: Phrase) -> [Reading] {
        guard
            let end = (0..<max(0, phrase.count - 1)).first(where: { offset in
                phrase[offset].map {
                    $0.isWord && ($0.word.hasSuffix("'s") || $0.word.hasSuffix("s'"))
                }
                    ?? false
            })
        else { return [] }
        let spoken = phrase.prefix(end + 1).text
        let name =
            spoken.hasSuffix("'s") || spoken.hasSuffix("’s") ? String(spoken.dropLast(2)) : String(spoken.dropLast())
        let owner = Target(
            spoken: name,
            readings: [Reading(name: Name(name), isWhole: true), Reading(name: Name(name))]
        )
        return structured(phrase.dropping(end + 1)).map { reading in
            var reading = reading
            reading.scopes.append(Reading.Scope(relation: .within, target: owner))
            return reading
        }
    }

    /// "order no. 104": what has the number.
    static func numbered(_ phrase: Phrase) -> [Reading] {
        guard
            let offset = (1..<max(1, phrase.count - 1)).first(where: {
                ["no.", "nr.", "no", "number"].contains(phrase[$0]?.word ?? "") && phrase[$0 + 1]?.isNumber == true
            })
        else { return [] }
        var tokens = Array(phrase.tokens)
        tokens.remove(at: offset)
        return structured(Phrase(tokens: tokens[...], source: phrase.source)).map { reading in
            // The words in between are still in what was written.
            guard let name = reading.name, name.words.contains("no") || name.words.contains("number") else {
                return reading
            }
            var reading = reading
            reading.name = Name(name.words.filter { $0 != "no" && $0 != "number" }.joined(separator: " "))
            return reading
        }
    }

    /// "the button that has the answer", "the button with the number of circles": called like what is counted or was read.
    static func answering(_ phrase: Phrase) -> [Reading] {
        guard let kind = kind(at: 0, phrase),
            let start = phrase.offset(
                of: "with",
                "that has",
                "that shows",
                "that says",
                "showing",
                "for",
                "that is",
                "corresponding to",
                "that corresponds to",
                "that matches",
                "which has"
            ), start == kind.length
        else { return [] }
        let leads = ["that", "which", "corresponding"]
        var rest = phrase.dropping(start + 1)
        if leads.contains(phrase[start]?.word ?? "") {
            rest = rest.dropping(1)
            if rest.first?.word == "to" { rest = rest.dropping(1) }
        }
        let words = rest.withoutArticle.words
        if [["answer"], ["correct", "answer"], ["right", "answer"], ["result"], ["solution"], ["it"]].contains(words) {
            return [Reading(kind: kind.kind, isPronoun: true), Reading(kind: kind.kind, answer: .computed)]
        }
        guard
            words.starts(with: ["number", "of"]) || words.starts(with: ["sum", "of"])
                || words.starts(with: ["correct", "number", "of"])
        else { return [] }
        let counted = words.first == "correct" ? rest.withoutArticle.dropping(1) : rest
        return QuestionGrammar.value(counted).map { [Reading(kind: kind.kind, answer: $0)] } ?? []
    }

    static func whole(_ phrase: Phrase) -> Reading {
        Reading(name: Name(phrase.text, isQuoted: phrase.count == 1 && phrase.first?.isQuoted == true), isWhole: true)
    }

    /// "the mails of Ann and Ben": Ben takes the place of Ann.
    static func inherited(_ phrase: Phrase, _ model: Target) -> [Reading] {
        let own = structured(phrase)
        guard
            own.contains(where: { $0.kind == nil && $0.scopes.isEmpty && $0.name != nil })
                || own.contains(where: { $0.order != nil })
        else { return [] }
        return model.readings.compactMap { reading in
            guard !reading.isWhole else { return nil }
            var reading = reading
            if let order = own.first(where: { $0.order != nil && $0.name == nil })?.order, reading.order != nil {
                reading.order = order
                return reading
            }
            let name = Name(phrase.text, isQuoted: phrase.first?.isQuoted ?? false)
            if let last = reading.scopes.indices.last {
                reading.scopes[last].target = single(phrase)
                return reading
            }
            guard reading.kind != nil || reading.noun != nil, reading.name != nil else { return nil }
            reading.name = name
            return reading
        }
    }
}

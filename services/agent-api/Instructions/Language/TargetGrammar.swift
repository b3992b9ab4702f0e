//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what a sentence calls things on the page.
enum TargetGrammar {
    /// More prepositions than this in one phrase are taken for a part of the name.
    private static let relationsAtMost = 4

    static func target(_ phrase: Phrase) -> Target {
        var phrase = connected(phrase.trimmed)
        guard !phrase.isEmpty else { return .nothing }
        // "the section below"
        if phrase.count > 1, let last = phrase.last, ["below", "above"].contains(last.word) { phrase = phrase.droppingLast() }
        var isAscending: Bool?
        for (words, value) in orders where phrase.count > words.count && phrase.has(words, at: phrase.count - words.count) {
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

    private static let orders: [([String], Bool)] = [
        (["in", "ascending", "order"], true), (["in", "increasing", "order"], true), (["in", "descending", "order"], false),
        (["in", "decreasing", "order"], false), (["from", "lowest", "to", "highest"], true),
        (["from", "smallest", "to", "largest"], true), (["from", "highest", "to", "lowest"], false),
        (["in", "alphabetical", "order"], true),
    ]

    /// Without words that only lead to a relation; "that Ann sent" as "by Ann".
    private static func connected(_ phrase: Phrase) -> Phrase {
        var tokens = Array(phrase.tokens)
        func matches(_ words: [String], _ offset: Int) -> Bool {
            offset + words.count < tokens.count && words.indices.allSatisfy { tokens[offset + $0].word == words[$0] }
        }
        var offset = 1
        while offset < tokens.count {
            if let words = Words.connectors.first(where: { matches($0, offset) }),
                ["from", "by", "in", "on", "under", "below", "above", "next", "at", "inside", "between", "within"].contains(
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

    private static func exception(in phrase: Phrase) -> (offset: Int, length: Int)? {
        for offset in 1..<max(1, phrase.count) {
            for words in Words.exceptions where phrase.has(words, at: offset) && offset + words.count < phrase.count {
                // "Do not disturb" is a name.
                if words == ["not"], ["do", "does", "is", "are", "can", "will"].contains(phrase[offset - 1]?.word ?? "") {
                    continue
                }
                return (offset, words.count)
            }
        }
        return nil
    }

    private static func listed(_ phrase: Phrase) -> Target {
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
    private static func sharedScope(_ parts: [Phrase]) -> [Reading.Scope]? {
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
        if let model { readings += inherited(bare, model) }
        var known = Set<Reading>()
        return Target(spoken: spoken(phrase), readings: readings.filter { known.insert($0).inserted })
    }

    /// "Ada's message": the message of Ada.
    private static func owned(_ phrase: Phrase) -> [Reading] {
        guard
            let end = (0..<max(0, phrase.count - 1)).first(where: { offset in
                phrase[offset].map { $0.isWord && ($0.word.hasSuffix("'s") || $0.word.hasSuffix("s'")) && $0.isCapitalized }
                    ?? false
            })
        else { return [] }
        let spoken = phrase.prefix(end + 1).text
        let name = spoken.hasSuffix("'s") || spoken.hasSuffix("’s") ? String(spoken.dropLast(2)) : String(spoken.dropLast())
        let owner = Target(spoken: name, readings: [Reading(name: Name(name), isWhole: true), Reading(name: Name(name))])
        return structured(phrase.dropping(end + 1)).map { reading in
            var reading = reading
            reading.scopes.append(Reading.Scope(relation: .within, target: owner))
            return reading
        }
    }

    /// "the button that has the answer", "the button with the number of circles": called like what is counted or was read.
    private static func answering(_ phrase: Phrase) -> [Reading] {
        guard let kind = kind(at: 0, phrase),
            let start = phrase.offset(
                of: "with", "that has", "that shows", "that says", "showing", "for", "that is", "corresponding to",
                "that corresponds to", "that matches", "which has"
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
        guard words.starts(with: ["number", "of"]) || words.starts(with: ["sum", "of"]) || words.starts(with: ["correct", "number", "of"])
        else { return [] }
        let counted = words.first == "correct" ? rest.withoutArticle.dropping(1) : rest
        return QuestionGrammar.value(counted).map { [Reading(kind: kind.kind, answer: $0)] } ?? []
    }

    private static func whole(_ phrase: Phrase) -> Reading {
        Reading(name: Name(phrase.text, isQuoted: phrase.count == 1 && phrase.first?.isQuoted == true), isWhole: true)
    }

    /// "the mails of Ann and Ben": Ben takes the place of Ann.
    private static func inherited(_ phrase: Phrase, _ model: Target) -> [Reading] {
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

    // MARK: Structure

    private static func structured(_ phrase: Phrase) -> [Reading] {
        let relations = relations(in: phrase)
        var readings: [Reading] = []
        for used in 0...relations.count {
            let split = Array(relations.dropFirst(used))
            let headEnd = split.first?.offset ?? phrase.count
            guard headEnd > 0, let scopes = scopes(phrase, split) else { continue }
            for var reading in head(phrase.prefix(headEnd)) {
                for scope in scopes { apply(scope, to: &reading) }
                readings.append(reading)
            }
        }
        return readings
    }

    /// "with the highest price" says which of several; "called X" says the name.
    private static func apply(_ scope: Reading.Scope, to reading: inout Reading) {
        if scope.relation == .called, reading.name == nil, let name = scope.target.readings.first?.name {
            reading.name = Name(name.text, isQuoted: true)
        } else if scope.relation == .being, let quality = scope.target.readings.first(where: \.isQuality) {
            reading.color = reading.color ?? quality.color
            reading.isLarge = reading.isLarge ?? quality.isLarge
            reading.states += quality.states
        } else if scope.relation == .being {
            reading.scopes.append(Reading.Scope(relation: .within, target: scope.target, other: scope.other))
        } else if scope.relation == .within, reading.extreme == nil,
            let extreme = scope.target.readings.first(where: { $0.extreme != nil && $0.scopes.isEmpty }),
            let of = extreme.extreme,
            let attribute = extreme.name?.text ?? extreme.noun
        {
            reading.extreme = Reading.Extreme(
                attributes: [attribute] + of.attributes,
                isLargest: of.isLargest,
                rank: of.rank
            )
        } else {
            reading.scopes.append(scope)
        }
    }

    struct Place { var offset: Int, length: Int, relation: Relation }

    private static func relations(in phrase: Phrase) -> [Place] {
        var found: [Place] = []
        var offset = 1
        while offset < phrase.count - 1, found.count < relationsAtMost {
            if let long = Words.longRelations.first(where: { phrase.has($0.0, at: offset) }),
                offset + long.0.count < phrase.count
            {
                found.append(Place(offset: offset, length: long.0.count, relation: long.1))
                offset += long.0.count
            } else if let token = phrase[offset], token.isWord, let relation = Words.relations[token.word] {
                found.append(Place(offset: offset, length: 1, relation: relation))
                offset += 1
            } else {
                offset += 1
            }
        }
        return found
    }

    private static func scopes(_ phrase: Phrase, _ places: [Place]) -> [Reading.Scope]? {
        var scopes: [Reading.Scope] = []
        for (index, place) in places.enumerated() {
            let end = index + 1 < places.count ? places[index + 1].offset : phrase.count
            guard end > place.offset + place.length else { return nil }
            let inner = phrase.range(place.offset + place.length..<end)
            if place.relation == .being {
                var target = plain(inner)
                let word = inner.last?.word ?? ""
                if inner.count == 1 || inner.count == 2 && ["coloured", "colored", "currently", "not"].contains(inner.first?.word ?? "") {
                    var quality = Reading()
                    if Words.colors.contains(word) { quality.color = word }
                    if let state = Words.states[word] { quality.states = [inner.first?.word == "not" ? state.opposite : state] }
                    if quality.isQuality { target.readings.insert(quality, at: 0) }
                }
                scopes.append(Reading.Scope(relation: .being, target: target))
                continue
            }
            if phrase[place.offset]?.word == "whose" || phrase[place.offset]?.word == "where",
                let verb = inner.offset(of: "is", "are", "=", "equals", "says"), verb > 0, verb + 1 < inner.count
            {
                scopes.append(
                    Reading.Scope(
                        relation: .whose,
                        target: plain(inner.dropping(verb + 1)),
                        other: plain(inner.prefix(verb))
                    )
                )
            } else if place.relation == .between, let and = inner.offset(of: "and"), and > 0, and + 1 < inner.count {
                scopes.append(
                    Reading.Scope(
                        relation: .between,
                        target: plain(inner.prefix(and)),
                        other: plain(inner.dropping(and + 1))
                    )
                )
            } else {
                scopes.append(Reading.Scope(relation: place.relation, target: plain(inner)))
            }
        }
        return scopes
    }

    /// A phrase without prepositions: the thing in a scope.
    private static func plain(_ phrase: Phrase) -> Target {
        let bare = phrase.withoutArticle
        guard !bare.isEmpty else { return .nothing }
        if bare.count == 1, let first = bare.first, first.isWord, Words.pronouns.contains(first.word) {
            return Target(spoken: bare.text, readings: [Reading(isPronoun: true)])
        }
        return Target(spoken: bare.text, readings: [whole(bare)] + head(phrase.trimmed))
    }

    /// Quantity, order, state, kind and name.
    private static func head(_ phrase: Phrase) -> [Reading] {
        var reading = Reading()
        var rest = phrase.trimmed
        var isModified = false
        while let token = rest.first, rest.count >= 1, token.isWord {
            let word = token.word
            let next = rest[1]
            if [
                "the", "a", "an", "my", "your", "this", "these", "that", "those", "its", "some", "of", "exactly",
                "just", "only",
            ].contains(word), rest.count > 1 {
                rest = rest.dropping(1)
            } else if ["random", "arbitrary"].contains(word) || (word == "any" && rest.count > 1) {
                reading.quantity = .anyOne
                rest = rest.dropping(1)
            } else if Words.everything.contains(word) {
                reading.quantity = word == "both" ? .both : .all
                rest = rest.dropping(1)
            } else if let position = Words.ordinals[word],
                !(token.isCapitalized && next?.isCapitalized == true && isModified)
            {
                var order = Reading.Order(position: position)
                var used = 1
                if let count = next?.count, count > 1, rest.count > 2 {
                    order.count = count
                    used = 2
                } else if let superlative = next.flatMap({ Words.superlatives[$0.word] }) {
                    reading.extreme = Reading.Extreme(
                        attributes: superlative.attributes,
                        isLargest: superlative.isLargest,
                        rank: position
                    )
                    rest = rest.dropping(2)
                    isModified = true
                    continue
                } else if next?.word == "last", position > 0 {
                    order = Reading.Order(position: -position)
                    used = 2
                }
                reading.order = order
                rest = rest.dropping(used)
            } else if let superlative = Words.superlatives[word], rest.count > 1 || isModified || phrase.count > 1 {
                reading.extreme = Reading.Extreme(attributes: superlative.attributes, isLargest: superlative.isLargest)
                rest = rest.dropping(1)
                if word == "most", rest.first?.word == "expensive" {
                    reading.extreme?.attributes = ["price", "cost", "$", "€", "£"]
                    rest = rest.dropping(1)
                } else if word == "least", rest.first?.word == "expensive" {
                    reading.extreme?.attributes = ["price", "cost", "$", "€", "£"]
                    rest = rest.dropping(1)
                } else if rest.count > 1, let attribute = rest.first, reading.extreme?.attributes.isEmpty == true,
                    rest.count > 2
                {
                    reading.extreme?.attributes = [attribute.word]
                }
            } else if ["other", "another", "remaining", "rest"].contains(word), rest.count > 1 {
                reading.isOther = true
                rest = rest.dropping(1)
            } else if let count = token.count, count > 0, rest.count > 1, !token.isCapitalized,
                isPluralNoun(rest.dropping(1))
            {
                let isDefinite = phrase.first.map { $0.isWord && ["the", "these", "those", "my", "all"].contains($0.word) }
                reading.quantity = isDefinite == true ? .count(count) : .some(count)
                rest = rest.dropping(1)
            } else if rest.count > 1, let state = Words.states[word], !token.isCapitalized {
                reading.states.append(state)
                rest = rest.dropping(1)
            } else if let isLarge = Words.sizes[word], rest.count > 1, !token.isCapitalized {
                reading.isLarge = isLarge
                rest = rest.dropping(1)
            } else if Words.colors.contains(word), !token.isCapitalized, rest.count > 1 {
                reading.color = word
                rest = rest.dropping(1)
            } else {
                break
            }
            isModified = true
            if rest.isEmpty { break }
        }
        if rest.isEmpty, let order = reading.order, order.count == 1, order.position > 0, reading.states.isEmpty,
            phrase.withoutArticle.count == 1, phrase.withoutArticle.first?.text.first?.isNumber == true
        {
            // "the 14th" of a calendar
            return [Reading(name: Name(String(order.position)), isWhole: true), reading]
        }
        if rest.isEmpty, reading.quantity == .all, reading.kind == nil { reading.kind = .item }
        var readings = names(rest, reading)
        // "First name", "All products", "Open files", "Red": what looks like a modifier may be a name.
        if isModified, !rest.isEmpty, reading.quantity == .one, !reading.isOther, !phrase.withoutArticle.isEmpty {
            readings += names(phrase.withoutArticle, Reading())
        }
        return readings
    }

    private static func isPluralNoun(_ phrase: Phrase) -> Bool {
        guard let last = phrase.last, last.isWord else { return false }
        return last.word.hasSuffix("s") || phrase.first?.isCapitalized == true || last.word == "people"
    }

    /// Kind and name in what is left of the head.
    private static func names(_ phrase: Phrase, _ base: Reading) -> [Reading] {
        guard !phrase.isEmpty else { return [base] }
        var readings: [Reading] = []
        func add(_ change: (inout Reading) -> Void) {
            var reading = base
            change(&reading)
            readings.append(reading)
        }
        func name(_ part: Phrase) -> Name { Name(part.text, isQuoted: part.count == 1 && part.first?.isQuoted == true) }
        let leading = kind(at: 0, phrase)
        let trailing = trailingKind(phrase)
        if let leading, leading.length == phrase.count {
            add {
                $0.kind = leading.kind
                $0.noun = phrase.text.lowercased()
                $0.shape = Words.shapes[phrase.first?.word ?? ""]
            }
        } else if let trailing {
            let rest = phrase.droppingLast(trailing.length)
            add { reading in
                reading.kind = trailing.kind
                reading.noun = phrase.range(phrase.count - trailing.length..<phrase.count).text.lowercased()
                if rest.count == 1, let word = rest.first?.word, Words.colors.contains(word) {
                    reading.color = word
                } else {
                    reading.name = name(rest.withoutArticle)
                }
            }
        }
        if let leading, leading.length < phrase.count {
            add {
                $0.kind = leading.kind
                $0.noun = phrase.prefix(leading.length).text.lowercased()
                $0.name = name(phrase.dropping(leading.length).withoutArticle)
            }
        }
        if let word = phrase.first?.word, phrase.count == 1, let shape = Words.shapes[word] {
            add {
                $0.shape = shape
                $0.noun = word
            }
        }
        if let colored = (0..<phrase.count).first(where: {
            ["colored", "coloured", "color", "colour"].contains(phrase[$0]?.word ?? "")
        }), colored > 0, let word = phrase[colored - 1].map({ $0.text.lowercased() }), Words.colors.contains(word) {
            add {
                $0.color = word
                $0.noun = phrase.last?.word
            }
        }
        if phrase.count == 2, let token = phrase.first, let last = phrase.last,
            ["widget", "element", "control"].contains(last.word), let kind = Words.kinds[token.text.lowercased()]
        {
            add {
                $0.kind = kind
                $0.noun = token.text.lowercased()
            }
        }
        if phrase.count == 1, let token = phrase.first, token.isWord {
            if Words.colors.contains(token.word) { add { $0.color = token.word } }
            add { $0.noun = token.word }
        }
        let quoted = phrase.tokens.filter(\.isQuoted)
        if quoted.count == 1, phrase.count > 1, let token = quoted.first {
            let words = phrase.tokens.filter { !$0.isQuoted && $0.isWord && !Words.determiners.contains($0.word) }
            add {
                $0.name = Name(token.text, isQuoted: true)
                $0.noun = words.map(\.word).joined(separator: " ")
                if words.count == 1 {
                    $0.kind = Words.kinds[words[0].word] ?? Words.kinds[Spelling.stem(words[0].word)]
                }
            }
        } else if phrase.count > 1,
            !phrase.tokens.dropFirst().contains(where: {
                $0.isWord && (Words.relations[$0.word] != nil || $0.word == "as" || $0.word == "and")
            })
        {
            if let first = phrase.first, first.isWord, !first.isCapitalized, leading == nil {
                add {
                    $0.noun = first.word
                    $0.name = name(phrase.dropping(1))
                }
            }
            if let last = phrase.last, last.isWord, !last.isCapitalized, !last.isNumber, trailing == nil {
                add {
                    $0.noun = last.word
                    $0.name = name(phrase.droppingLast())
                }
            }
        }
        add { $0.name = name(phrase) }
        // "Shipping city": the city of what is about shipping.
        if phrase.count == 2 || phrase.count == 3, quoted.isEmpty, base.scopes.isEmpty,
            phrase.tokens.allSatisfy({ $0.isWord && !$0.isNumber })
        {
            let last = phrase.range(phrase.count - 1..<phrase.count)
            let first = phrase.droppingLast()
            add {
                $0.name = name(last)
                $0.scopes = [
                    Reading.Scope(
                        relation: .titled,
                        target: Target(spoken: first.text, readings: [Reading(name: Name(first.text))])
                    )
                ]
            }
            if let noun = last.first, !noun.isCapitalized {
                add {
                    $0.noun = noun.word
                    $0.scopes = [
                        Reading.Scope(
                            relation: .titled,
                            target: Target(spoken: first.text, readings: [Reading(name: Name(first.text))])
                        )
                    ]
                }
            }
        }
        return readings
    }

    /// The kind that words at a place mean, in the singular or the plural.
    static func kind(at offset: Int, _ phrase: Phrase) -> (kind: Kind, length: Int)? {
        for length in stride(from: min(3, phrase.count - offset), to: 0, by: -1) {
            let tokens = (offset..<offset + length).compactMap { phrase[$0] }
            guard tokens.allSatisfy(\.isWord), tokens.dropFirst().allSatisfy({ !$0.isCapitalized }) else { continue }
            // "Button ONE" is a button, "Save Button" may be one; "Text" alone, capitalized, is rather a name.
            let words = tokens.map(\.word)
            if let kind = Words.kinds[words.joined(separator: " ")] { return (kind, length) }
            if let last = words.last, last.hasSuffix("s") || last.hasSuffix("es") {
                for ending in [1, 2] {
                    let singular = (words.dropLast() + [String(last.dropLast(ending))]).joined(separator: " ")
                    if let kind = Words.kinds[singular] { return (kind, length) }
                }
                if last.hasSuffix("ies"),
                    let kind = Words.kinds[(words.dropLast() + [last.dropLast(3) + "y"]).joined(separator: " ")]
                {
                    return (kind, length)
                }
            }
        }
        return nil
    }

    private static func trailingKind(_ phrase: Phrase) -> (kind: Kind, length: Int)? {
        for length in stride(from: min(3, phrase.count - 1), to: 0, by: -1) {
            if let found = kind(at: phrase.count - length, phrase), found.length == length { return found }
        }
        return nil
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Quantity, order, state and scopes.
extension TargetGrammar {
    static func structured(_ phrase: Phrase) -> [Reading] {
        let relations = relations(in: phrase)
        var readings: [Reading] = []
        // A preposition may also be part of a name: of the thing's, "Sign in button", or of a scope's, "popup with Stay in
        // touch".
        let others = (0..<(1 << relations.count)).map { mask in
            relations.indices.filter { mask >> $0 & 1 == 0 }.map { relations[$0] }
        }
        let suffixes = (0...relations.count).map { Array(relations.dropFirst($0)) }
        for split in suffixes + others.filter({ !suffixes.contains($0) }) {
            let headEnd = split.first?.offset ?? phrase.count
            guard headEnd > 0, let scopes = scopes(phrase, split) else { continue }
            for head in head(phrase.prefix(headEnd)) {
                var reading = head
                for scope in scopes { apply(scope, to: &reading) }
                readings.append(reading)
                // "Every order that is open": what says so, and not what is unfolded.
                guard scopes.contains(where: { $0.relation == .being }), !reading.states.isEmpty else { continue }
                reading = head
                for scope in scopes {
                    guard scope.relation == .being else {
                        apply(scope, to: &reading)
                        continue
                    }
                    var said = scope.target
                    said.readings.removeAll(where: \.isQuality)
                    reading.scopes.append(Reading.Scope(relation: .within, target: said))
                }
                readings.append(reading)
            }
        }
        return readings
    }

    /// "with the highest price" says which of several; "called X" says the name.
    static func apply(_ scope: Reading.Scope, to reading: inout Reading) {
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
            let attribute = extreme.name?.text ?? extreme.noun, attribute.split(separator: " ").count <= 2
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

    struct Place: Equatable { var offset: Int, length: Int, relation: Relation }

    static func relations(in phrase: Phrase) -> [Place] {
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

    static func scopes(_ phrase: Phrase, _ places: [Place]) -> [Reading.Scope]? {
        var scopes: [Reading.Scope] = []
        for (index, place) in places.enumerated() {
            let end = index + 1 < places.count ? places[index + 1].offset : phrase.count
            guard end > place.offset + place.length else { return nil }
            let inner = phrase.range(place.offset + place.length..<end)
            if place.relation == .being {
                var target = plain(inner)
                let word = inner.last?.word ?? ""
                if inner.count == 1
                    || inner.count == 2
                        && ["coloured", "colored", "currently", "not"].contains(inner.first?.word ?? "")
                {
                    var quality = Reading()
                    if Words.colors.contains(word) { quality.color = word }
                    if let state = Words.states[word] {
                        quality.states = [inner.first?.word == "not" ? state.opposite : state]
                    }
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
    static func plain(_ phrase: Phrase) -> Target {
        let bare = phrase.withoutArticle
        guard !bare.isEmpty else { return .nothing }
        if bare.count == 1, let first = bare.first, first.isWord, Words.pronouns.contains(first.word) {
            return Target(spoken: bare.text, readings: [Reading(isPronoun: true)])
        }
        return Target(spoken: bare.text, readings: [whole(bare)] + head(phrase.trimmed))
    }

    /// Quantity, order, state, kind and name.
    static func head(_ phrase: Phrase) -> [Reading] {
        var reading = Reading()
        var rest = phrase.trimmed
        var isModified = false
        while let token = rest.first, rest.count >= 1, token.isWord {
            let word = token.word
            let next = rest[1]
            if [
                "the", "a", "an", "my", "your", "this", "these", "that", "those", "its", "their", "his", "her", "our",
                "some", "of", "exactly",
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
                let isDefinite = phrase.first.map {
                    $0.isWord && ["the", "these", "those", "my", "all"].contains($0.word)
                }
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
            // An order or a comparison must not get lost for half a name: "the second flight" is not "Find flights".
            let isWhole = reading.order != nil || reading.extreme != nil
            readings += names(phrase.withoutArticle, Reading()).map { name in
                var name = name
                name.isWhole = name.isWhole || isWhole
                return name
            }
        }
        return readings
    }

    static func isPluralNoun(_ phrase: Phrase) -> Bool {
        guard let last = phrase.last, last.isWord else { return false }
        return last.word.hasSuffix("s") || phrase.first?.isCapitalized == true || last.word == "people"
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is typed into fields, set, chosen and added.
enum FillGrammar {
    static let places: Set<String> = [
        "into", "in", "as", "for", "under", "to", "at", "on", "inside", "within", "onto",
    ]
    /// More readings of where a text ends and its field begins are not tried.
    static let readingsAtMost = 5

    static func typing(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let mode: Deed.Mode = verb == .append ? .append : .replace
        var rest = rest
        if rest.isEmpty { return DeedGrammar.acting(whole) }
        if word.words == ["put"], let drag = MovingGrammar.placing(rest) { return [drag] }
        if let until = rest.offset(of: "until"), until > 0, ConditionGrammar.condition(rest.dropping(until + 1)) != nil
        {
            rest = rest.prefix(until)
        }
        if case .suggested(let fragments) = ValueGrammar.value(rest) {
            return [.type(.suggested(fragments), into: .nothing, mode: .replace)]
        }
        if isWholeForm(rest) { return [.fillByLabels] }
        rest = withoutForm(rest)
        // "the username "ada" and the password "x" into the text fields"
        if rest.tokens.count(where: \.isQuoted) > 1 {
            for ending in [
                "into the text fields", "in the text fields", "into the fields", "in the fields", "into the form",
                "in the form", "into the text boxes", "in the input fields", "into the input fields", "into the boxes",
            ] where rest.ends(ending) {
                rest = rest.droppingLast(ending.split(separator: " ").count)
            }
        }
        let isFill = word.first?.word == "fill"
        if word.words == ["enter"] || word.words == ["type"], let key = Keys.name(rest.withoutArticle.words),
            Keys.isOnlyKey(key), rest.count <= 2, rest.first?.isQuoted == false
        {
            return [.press(key, times: 1, in: nil)]
        }
        if mode == .append || rest.offset(of: "to the end of") != nil, let (value, place) = appended(rest) {
            return [.type(value, into: place, mode: .append)]
        }
        if isFill, let deed = with(rest) { return [deed] + pairDeeds(rest) }
        let segments = rest.listed
        let single = placements(rest, mode)
        if segments.count > 1, segments.allSatisfy({ isStructured($0) }) {
            let parts = segments.map { segment -> Deed in
                .either(placements(segment, mode) + pair(segment).map { [$0] }.orEmpty)
            }
            return [.several(parts)] + pairDeeds(rest) + single
        }
        var deeds = single + pairDeeds(rest)
        if segments.count > 1, let (value, place) = lastPlacement(rest), let first = placements(value, mode).first {
            // "hello into A and B into C"
            deeds.append(.several([first, .type(ValueGrammar.value(value), into: place, mode: mode)]))
        }
        if rest.tokens.first?.isQuoted != true, !isFill {
            deeds += DeedGrammar.acting(whole).filter {
                if case .act(let act) = $0 { act.text == nil && act.recipient == nil } else { false }
            }
        }
        if rest.count == 1 || single.isEmpty {
            deeds.append(.type(ValueGrammar.value(rest), into: .nothing, mode: mode))
        }
        return deeds
    }

    /// "the value that belongs to each label", "the form with the values shown"
    static func isWholeForm(_ phrase: Phrase) -> Bool {
        let words = Set(phrase.words)
        return words.contains("each") && !words.isDisjoint(with: ["label", "field", "labels", "fields", "textbox"])
            && !words.isDisjoint(with: ["value", "belongs", "corresponding", "matching", "correct", "values"])
            || words.contains("form") && words.contains("values")
                && !words.isDisjoint(with: ["shown", "belong", "table", "below", "above", "given", "from"])
            || words.contains("values") && words.contains("labels")
    }

    /// "in the contact form: name Ada", "out the form with …"
    static func withoutForm(_ phrase: Phrase) -> Phrase {
        var rest = phrase
        while rest.count > 1, let first = rest.first, ["in", "out"].contains(first.word), rest.count > 2,
            rest[1]?.word == "the"
        { rest = rest.dropping(1) }
        let end = (0..<min(6, rest.count)).first {
            ["form", "fields", "following", "details", "data", "information"].contains(rest[$0]?.word ?? "")
        }
        let names: Set<String> = ["in", "out", "the", "a", "this", "that", "my", "below", "with", "following", "your"]
        let isPlain = end.map { end in
            rest.prefix(max(0, end - 1)).words.allSatisfy(names.contains)
        }
        if let end, isPlain == true, end + 2 < rest.count, let next = rest[end + 1],
            next.is(":") || ["with", "as"].contains(next.word)
        {
            rest = rest.dropping(end + 2)
            if rest.starts("the following", "these") {
                rest = rest.dropping(rest.offset(ofMark: ":").map { $0 + 1 } ?? 0)
            }
        }
        return rest.trimmed
    }

    static func appended(_ rest: Phrase) -> (Value, Target)? {
        for words in ["to the end of", "at the end of", "to", "into", "in"] {
            if let offset = rest.lastOffset(of: words), offset > 0 {
                let place = rest.dropping(offset + words.split(separator: " ").count)
                if !place.isEmpty { return (ValueGrammar.value(rest.prefix(offset)), TargetGrammar.target(place)) }
            }
        }
        return nil
    }

    /// "the email field with a@b.c and the password field with x"
    static func with(_ rest: Phrase) -> Deed? {
        var parts: [Deed] = []
        for segment in rest.listed {
            guard let with = segment.offset(of: "with", "="), with > 0, with + 1 < segment.count else { return nil }
            parts.append(
                .assign(TargetGrammar.target(segment.prefix(with)), ValueGrammar.value(segment.dropping(with + 1)))
            )
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? nil : .several(parts)
    }

    static func isStructured(_ phrase: Phrase) -> Bool {
        phrase.count > 1
            && phrase.tokens.contains {
                $0.isQuoted || $0.isNumber || $0.is(":") || $0.word == "=" || $0.word.contains("@")
                    || ["into", "as", "in"].contains($0.word) && $0 != phrase.first
            }
    }

    /// Where the words for the field may begin.
    static func placements(_ rest: Phrase, _ mode: Deed.Mode) -> [Deed] {
        var offsets = (1..<max(1, rest.count - 1)).filter { offset in
            guard let token = rest[offset], token.isWord, places.contains(token.word) else { return false }
            return true
        }
        offsets = Array(offsets.suffix(readingsAtMost).reversed())
        if let into = offsets.firstIndex(where: { rest[$0]?.word == "into" }) {
            offsets.insert(offsets.remove(at: into), at: 0)
        }
        // Behind a quotation the field is named.
        if let quoted = (0..<rest.count).first(where: { rest[$0]?.isQuoted == true }), quoted + 1 < rest.count,
            offsets.contains(quoted + 1)
        {
            offsets.removeAll { $0 == quoted + 1 }
            offsets.insert(quoted + 1, at: 0)
        }
        return offsets.map { offset in
            .type(value(rest.prefix(offset)), into: TargetGrammar.target(rest.dropping(offset + 1)), mode: mode)
        }
    }

    static func lastPlacement(_ rest: Phrase) -> (Phrase, Target)? {
        guard let offset = rest.lastOffset(of: "into", "in", "as"), offset > 0, offset + 1 < rest.count else {
            return nil
        }
        return (rest.prefix(offset), TargetGrammar.target(rest.dropping(offset + 1)))
    }

    /// A value; words that say what it is stand before a quotation: `the password "x"`.
    static func value(_ phrase: Phrase) -> Value {
        let phrase = phrase.trimmed
        if phrase.count > 1, let last = phrase.last, last.isQuoted,
            phrase.droppingLast().tokens.allSatisfy({ token in
                token.isWord && !token.isCapitalized
                    && (Words.determiners.contains(token.word) || ValueGrammar.introductions.contains(token.word)
                        || Words.secrets.contains(token.word) || userNames.contains(token.word)
                        || Words.commonNouns.contains(WordForms.stem(token.word)) || token.word == "verification")
            }),
            phrase.offset(of: "of", "from", "in", "that", "which", "with", "like", "to") == nil
        {
            return .text(last.text)
        }
        return ValueGrammar.value(phrase)
    }
}

extension [Deed]? {
    var orEmpty: [Deed] { self ?? [] }
}

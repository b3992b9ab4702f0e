//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is typed into fields and set.
enum FillGrammar {
    private static let places: Set<String> = [
        "into", "in", "as", "for", "under", "to", "at", "on", "inside", "within", "onto",
    ]
    /// More readings of where a text ends and its field begins are not tried.
    private static let readingsAtMost = 5

    static func typing(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let mode: Deed.Mode = verb == .append ? .append : .replace
        var rest = rest
        if rest.isEmpty { return DeedGrammar.acting(whole) }
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
    private static func isWholeForm(_ phrase: Phrase) -> Bool {
        let words = Set(phrase.words)
        return words.contains("each") && !words.isDisjoint(with: ["label", "field", "labels", "fields", "textbox"])
            && !words.isDisjoint(with: ["value", "belongs", "corresponding", "matching", "correct", "values"])
            || words.contains("form") && words.contains("values")
                && !words.isDisjoint(with: ["shown", "belong", "table", "below", "above", "given", "from"])
            || words.contains("values") && words.contains("labels")
    }

    /// "in the contact form: name Ada", "out the form with …"
    private static func withoutForm(_ phrase: Phrase) -> Phrase {
        var rest = phrase
        while rest.count > 1, let first = rest.first, ["in", "out"].contains(first.word), rest.count > 2,
            rest[1]?.word == "the"
        { rest = rest.dropping(1) }
        let end = (0..<min(6, rest.count)).first {
            ["form", "fields", "following", "details", "data", "information"].contains(rest[$0]?.word ?? "")
        }
        if let end, end + 2 < rest.count, let next = rest[end + 1], next.is(":") || ["with", "as"].contains(next.word) {
            rest = rest.dropping(end + 2)
            if rest.starts("the following", "these") {
                rest = rest.dropping(rest.offset(ofMark: ":").map { $0 + 1 } ?? 0)
            }
        }
        return rest.trimmed
    }

    private static func appended(_ rest: Phrase) -> (Value, Target)? {
        for words in ["to the end of", "at the end of", "to", "into", "in"] {
            if let offset = rest.lastOffset(of: words), offset > 0 {
                let place = rest.dropping(offset + words.split(separator: " ").count)
                if !place.isEmpty { return (ValueGrammar.value(rest.prefix(offset)), TargetGrammar.target(place)) }
            }
        }
        return nil
    }

    /// "the email field with a@b.c and the password field with x"
    private static func with(_ rest: Phrase) -> Deed? {
        var parts: [Deed] = []
        for segment in rest.listed {
            guard let with = segment.offset(of: "with", "="), with > 0, with + 1 < segment.count else { return nil }
            parts.append(
                .assign(TargetGrammar.target(segment.prefix(with)), ValueGrammar.value(segment.dropping(with + 1)))
            )
        }
        return parts.count == 1 ? parts[0] : parts.isEmpty ? nil : .several(parts)
    }

    private static func isStructured(_ phrase: Phrase) -> Bool {
        phrase.count > 1
            && phrase.tokens.contains {
                $0.isQuoted || $0.isNumber || $0.is(":") || $0.word == "=" || $0.word.contains("@")
                    || ["into", "as", "in"].contains($0.word) && $0 != phrase.first
            }
    }

    /// Where the words for the field may begin.
    private static func placements(_ rest: Phrase, _ mode: Deed.Mode) -> [Deed] {
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

    private static func lastPlacement(_ rest: Phrase) -> (Phrase, Target)? {
        guard let offset = rest.lastOffset(of: "into", "in", "as"), offset > 0, offset + 1 < rest.count else {
            return nil
        }
        return (rest.prefix(offset), TargetGrammar.target(rest.dropping(offset + 1)))
    }

    /// A value; words that say what it is stand before a quotation: `the password "x"`.
    static func value(_ phrase: Phrase) -> Value {
        let phrase = phrase.trimmed
        if phrase.count > 1, let last = phrase.last, last.isQuoted,
            !phrase.droppingLast().tokens.contains(where: { $0.isQuoted || $0.isCapitalized || $0.kind == .mark }),
            phrase.offset(of: "of", "from", "in", "that", "which", "with", "like", "to") == nil
        {
            return .text(last.text)
        }
        return ValueGrammar.value(phrase)
    }

    // MARK: Pairs

    private static func pairDeeds(_ phrase: Phrase) -> [Deed] {
        let found = pairs(phrase)
        return found.isEmpty ? [] : found.count == 1 ? found : [.several(found)]
    }

    /// "name Ada, e-mail a@b.c and the message hello"
    static func pairs(_ phrase: Phrase) -> [Deed] {
        var phrase = phrase.trimmed
        // "a note with the title X and the text Y"
        if let with = phrase.offset(of: "with"), with > 0, with <= 3,
            phrase.first.map({ ["a", "an", "the", "new"].contains($0.word) }) ?? false, with + 2 < phrase.count,
            !phrase.prefix(with).tokens.contains(where: \.isQuoted)
        {
            phrase = phrase.dropping(with + 1)
        }
        var segments: [Phrase] = []
        for segment in phrase.listed {
            if let last = segments.last, !beginsPair(segment), let first = last.first, let end = segment.last {
                let tokens = phrase.tokens.filter {
                    $0.range.lowerBound >= first.range.lowerBound && $0.range.upperBound <= end.range.upperBound
                }
                segments[segments.count - 1] = Phrase(tokens: ArraySlice(tokens), source: phrase.source)
            } else {
                segments.append(segment)
            }
        }
        var deeds: [Deed] = []
        for segment in segments {
            if let both = segment.offset(of: "both"), both > 0, both + 1 < segment.count {
                for label in segment.prefix(both).listed {
                    deeds.append(.assign(TargetGrammar.target(label), value(segment.dropping(both + 1))))
                }
                continue
            }
            guard let pair = pair(segment) else { return [] }
            deeds.append(pair)
        }
        return deeds
    }

    private static func beginsPair(_ phrase: Phrase) -> Bool {
        guard phrase.count > 1, let first = phrase.first else { return false }
        if ["the", "a", "an", "my", "your", "with", "its"].contains(first.word) { return true }
        return phrase.tokens.dropFirst().contains {
            $0.isQuoted || $0.isNumber || $0.isCapitalized || $0.is(":") || $0.word.contains("@") || $0.word == "="
                || ["to", "is", "as"].contains($0.word)
        }
            || first.isNumber
    }

    /// "price from 400 to 1200": two fields.
    private static func range(_ phrase: Phrase) -> Deed? {
        guard let from = phrase.offset(of: "from", "between"), let to = phrase.offset(of: "to", "and", from: from + 1),
            to == from + 2, to + 2 == phrase.count, phrase[from + 1]?.isNumber == true
        else { return nil }
        let label = phrase.prefix(from).withoutArticle.text
        func field(_ words: [String]) -> Target {
            var readings =
                words.map { Reading(name: Name("\(label) \($0)")) }
                + words.map { Reading(name: Name("\($0) \(label)")) }
            if !label.isEmpty {
                readings += words.map {
                    Reading(
                        name: Name($0),
                        scopes: [
                            Reading.Scope(
                                relation: .within,
                                target: Target(spoken: label, readings: [Reading(name: Name(label))])
                            )
                        ]
                    )
                }
            }
            readings += words.map { Reading(name: Name($0), isWhole: true) }
            return Target(spoken: "\(label) \(words[0])", readings: readings)
        }
        return .several([
            .assign(field(["from", "min", "minimum", "low"]), .text(phrase[from + 1]?.text ?? "")),
            .assign(field(["to", "max", "maximum", "high", "up to"]), .text(phrase[to + 1]?.text ?? "")),
        ])
    }

    /// A label and its value, wherever the one ends.
    static func pair(_ segment: Phrase) -> Deed? {
        if let range = range(segment.trimmed) { return range }
        var phrase = segment.trimmed
        while phrase.count > 2, let first = phrase.first,
            ["with", "the", "a", "an", "my", "your", "using", "its", "and"].contains(first.word)
        { phrase = phrase.dropping(1) }
        guard phrase.count > 1 else { return nil }
        for mark in [":", "="] {
            let offset = phrase.offset(ofMark: mark) ?? (mark == "=" ? phrase.offset(of: "=") : nil)
            if let offset, offset > 0, offset + 1 < phrase.count {
                return .pair([
                    Deed.Pair(
                        label: TargetGrammar.target(phrase.prefix(offset)),
                        value: ValueGrammar.value(phrase.dropping(offset + 1))
                    )
                ])
            }
        }
        var candidates: [Deed.Pair] = []
        func add(_ label: Phrase, _ value: Phrase) {
            guard !label.isEmpty, !value.isEmpty, !TargetGrammar.single(label).isPronoun,
                !["into", "onto"].contains(value.first?.word ?? ""), !label.tokens.contains(where: { $0.word == "and" || $0.is(",") })
            else { return }
            candidates.append(Deed.Pair(label: TargetGrammar.single(label), value: ValueGrammar.value(value)))
        }
        if let offset = phrase.offset(of: "is", "are", "should be", "must be", "up to", "of", "to", "as", "from", "on"),
            offset > 0
        {
            let length =
                phrase.starts("x")
                ? 1
                : (phrase.has(["should", "be"], at: offset) || phrase.has(["must", "be"], at: offset)
                    || phrase.has(["up", "to"], at: offset)) ? 2 : 1
            if phrase[offset]?.word == "as" {
                add(phrase.dropping(offset + 1), phrase.prefix(offset))
                add(phrase.prefix(offset), phrase.dropping(offset + 1))
            } else {
                add(phrase.prefix(offset), phrase.dropping(offset + length))
                if length == 2 { add(phrase.prefix(offset), phrase.dropping(offset + length)) }
            }
        }
        for length in stride(from: min(phrase.count - 1, 5), to: 0, by: -1) {
            let value = phrase.dropping(length)
            // A quotation is a value as a whole.
            if phrase.prefix(length).tokens.contains(where: \.isQuoted) { continue }
            add(phrase.prefix(length), value)
        }
        // "3 rooms", "four guests"
        if let first = phrase.first, first.count != nil || first.isNumber || first.isQuoted {
            add(phrase.dropping(1), phrase.prefix(1))
        }
        // Where the value likely begins comes first; the page decides.
        if let start = (1..<phrase.count).first(where: {
            phrase[$0].map { $0.isQuoted || $0.isNumber || $0.isCapitalized || $0.word.contains("@") } ?? false
        }),
            let likely = candidates.firstIndex(where: { $0.value == ValueGrammar.value(phrase.dropping(start)) })
        {
            candidates.insert(candidates.remove(at: likely), at: 0)
        }
        return candidates.isEmpty ? nil : .pair(candidates)
    }

    // MARK: Set

    static func assigning(_ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let verb = word.first?.word ?? ""
        let act =
            (["use", "give", "answer", "update", "switch"].contains(verb)
                ? DeedGrammar.acting(whole) : DeedGrammar.acting(whole).map(\.whole))
        if let last = rest.last, rest.count > 1, let isOn = ["on": true, "off": false][last.word], verb != "answer" {
            return [
                .check(
                    TargetGrammar.target(
                        rest.droppingLast().last?.word == "to" ? rest.droppingLast(2) : rest.droppingLast()
                    ),
                    isOn
                )
            ] + act
        }
        if verb == "answer" {
            // "answer the prompt with X"
            if let with = rest.offset(of: "with"), with > 0, with + 1 < rest.count,
                ["prompt", "dialog", "question", "alert", "confirmation"].contains(rest.prefix(with).withoutArticle.words.joined())
            {
                let answer = rest.dropping(with + 1).text
                let accept = Words.dialogAnswers[answer.lowercased()]
                return [.answer(accept: accept ?? true, text: accept == nil ? answer : nil)]
            }
            if let to = rest.lastOffset(of: "to", "for"), to > 0, to + 1 < rest.count {
                return [choosing(rest.prefix(to), in: rest.dropping(to + 1))] + act
            }
            if let with = rest.offset(of: "with"), with > 0 {
                return [.assign(TargetGrammar.target(rest.prefix(with)), ValueGrammar.value(rest.dropping(with + 1)))]
                    + act
            }
            return act + [.choose(TargetGrammar.target(rest), in: nil, .one)]
        }
        if verb == "use" || verb == "put" {
            var parts: [Deed] = []
            for segment in rest.listed {
                guard let name = segment.lastOffset(of: "as", "for"), name > 0, name + 1 < segment.count else {
                    continue
                }
                parts.append(
                    .assign(TargetGrammar.target(segment.dropping(name + 1)), ValueGrammar.value(segment.prefix(name)))
                )
            }
            if parts.count == rest.listed.count { return parts.count == 1 ? parts : [.several(parts)] }
            return act + [
                .click(TargetGrammar.target(rest), Deed.Press()), .choose(TargetGrammar.target(rest), in: nil, .one),
            ]
        }
        if verb == "give" || verb == "rate" {
            if let stars = starred(rest) { return stars + act }
        }
        let segments = rest.listed
        let parts = segments.compactMap { split($0, verb) }
        var deeds: [Deed] = []
        if segments.count > 1, parts.count == segments.count { deeds.append(.several(parts)) }
        if let one = split(rest, verb) { deeds.append(one) }
        if deeds.isEmpty || verb == "make" { deeds += pairDeeds(rest) }
        return deeds + act
    }

    private static func choosing(_ value: Phrase, in place: Phrase) -> Deed {
        var target = TargetGrammar.target(value)
        let isAll = place.words.contains { Words.everything.contains($0) }
        if isAll {
            target.readings = target.readings.map {
                var reading = $0
                reading.quantity = .all
                return reading
            }
        }
        return .choose(target, in: isAll ? nil : TargetGrammar.target(place), .one)
    }

    /// "Colour to red", "the date from May 1 to May 2", "X as good".
    private static func split(_ phrase: Phrase, _ verb: String) -> Deed? {
        let marks = verb == "rate" ? ["as", "with", "to", "at"] : ["to", "=", "at", "as", "with"]
        for mark in marks {
            guard let offset = phrase.lastOffset(of: mark), offset > 0, offset + 1 < phrase.count else { continue }
            var label = phrase.prefix(offset)
            if let from = label.lastOffset(of: "from"), from > 0, mark == "to" { label = label.prefix(from) }
            if label.words == ["it"] || label.words == ["them"] {}
            return .assign(TargetGrammar.target(label), ValueGrammar.value(phrase.dropping(offset + 1)))
        }
        if let colon = phrase.offset(ofMark: ":"), colon > 0, colon + 1 < phrase.count {
            return .assign(TargetGrammar.target(phrase.prefix(colon)), ValueGrammar.value(phrase.dropping(colon + 1)))
        }
        return nil
    }

    /// "it four stars", "the lamp with 5 stars"
    private static func starred(_ rest: Phrase) -> [Deed]? {
        guard let unit = rest.lastOffset(of: "stars", "star", "out of"), unit > 0, let count = rest[unit - 1]?.count
        else { return nil }
        var thing = rest.prefix(unit - 1)
        if let last = thing.last, ["with", "a", "as", "at"].contains(last.word) { thing = thing.droppingLast() }
        let value = "\(count) \(count == 1 ? "star" : "stars")"
        let names = [
            Reading(name: Name(value), isWhole: true), Reading(name: Name(String(count)), isWhole: true),
            Reading(name: Name(value)),
        ]
        let choice = Deed.choose(Target(spoken: value, readings: names), in: nil, .one)
        // Stars without names are counted.
        let counted = Deed.click(
            Target(
                spoken: value,
                readings: [
                    Reading(order: Reading.Order(position: count), name: Name("★")),
                    Reading(order: Reading.Order(position: count), name: Name("☆")),
                    Reading(order: Reading.Order(position: count), name: Name("star")),
                ]
            ),
            Deed.Press()
        )
        if thing.isEmpty || thing.words == ["it"] { return [choice, counted] }
        return [.assign(TargetGrammar.target(thing), .text(value))]
    }

    static func adjusting(_ rest: Phrase, isUp: Bool, _ act: [Deed]) -> [Deed] {
        if let to = rest.lastOffset(of: "to"), to > 0, to + 1 < rest.count {
            return [.assign(TargetGrammar.target(rest.prefix(to)), ValueGrammar.value(rest.dropping(to + 1)))]
        }
        if let by = rest.lastOffset(of: "by"), by > 0, by + 1 < rest.count {
            return [.adjust(TargetGrammar.target(rest.prefix(by)), by: rest[by + 1]?.count, isUp: isUp)]
        }
        return act + [.adjust(TargetGrammar.target(rest), by: nil, isUp: isUp)]
    }

    static func clearing(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if rest.isEmpty { return act }
        return [.clear(TargetGrammar.target(rest))] + act
    }

    // MARK: Sign in, add

    private static let userNames = [
        "username", "user name", "user", "e-mail", "email", "email address", "e-mail address", "login", "user id",
        "account",
    ]

    static func signingIn(_ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let user = Target(spoken: "username", readings: userNames.map { Reading(name: Name($0)) })
        let password = Target(spoken: "password", readings: [Reading(name: Name("password"))])
        var deeds: [Deed] = []
        var rest = rest
        if rest.starts("to"), let with = rest.offset(of: "with", "as") { rest = rest.dropping(with) }
        if rest.first?.word == "as" {
            let end =
                (1..<rest.count).first {
                    ["with", "and", "using"].contains(rest[$0]?.word ?? "") || rest[$0]?.is(",") == true
                } ?? rest.count
            let name = rest.range(1..<end)
            if !name.isEmpty { deeds.append(.assign(user, ValueGrammar.value(name))) }
            rest = rest.dropping(end)
        }
        for segment in rest.listed {
            var part = segment
            while part.count > 1, let first = part.first,
                ["with", "using", "the", "a", "my", "and"].contains(first.word)
            { part = part.dropping(1) }
            guard part.count > 1, let first = part.first else { continue }
            if first.word == "password" || first.word == "passwort" {
                let value = part.dropping(
                    ["is", "of", "="].contains(part[1]?.word ?? "") || part[1]?.is(":") == true ? 2 : 1
                )
                deeds.append(.assign(password, ValueGrammar.value(value)))
            } else if let pair = pair(part) {
                if ["username", "user", "email", "e-mail", "login"].contains(first.word) {
                    deeds.append(
                        .either([
                            pair,
                            .assign(
                                user,
                                ValueGrammar.value(
                                    part.dropping(first.word == "user" && part[1]?.word == "name" ? 2 : 1)
                                )
                            ),
                        ])
                    )
                } else {
                    deeds.append(pair)
                }
            }
        }
        let verb = VerbGrammar.verb(whole).map { whole.prefix($0.length).words } ?? ["log", "in"]
        let button = Deed.act(Deed.Act(words: verb, target: .nothing, clause: Name(verb.joined(separator: " "))))
        if deeds.isEmpty || !deeds.contains(where: isCredential) && verb != ["sign", "up"] {
            return DeedGrammar.acting(whole) + [button]
        }
        return [.several(deeds + [button])]
    }

    private static func isCredential(_ deed: Deed) -> Bool {
        switch deed {
        case .assign(let target, _): ["username", "password"].contains(target.spoken)
        case .either: true
        default: false
        }
    }

    static func adding(_ rest: Phrase, _ whole: Phrase) -> [Deed] {
        if rest.offset(of: "to the end of", "at the end of") != nil, let (value, place) = appended(rest) {
            return [.type(value, into: place, mode: .append)]
        }
        var deeds = DeedGrammar.acting(whole)
        // "Add the following: A, B": not a thing of that name.
        if rest.starts("the following"), rest.offset(ofMark: ":") != nil { deeds = [] }
        var things = rest
        if let colon = things.offset(ofMark: ":"), colon + 1 < things.count {
            things = things.dropping(colon + 1)
        } else if let to = things.lastOffset(of: "to", "into", "in"), to > 0 {
            things = things.prefix(to)
        }
        var noun = "item"
        var bare = things.withoutArticle
        if bare.first?.word == "new", bare.count > 1 { bare = bare.dropping(1) }
        if let first = bare.first, first.isWord, !first.isCapitalized, bare.count > 1, let next = bare[1],
            next.isQuoted || next.isCapitalized || next.is(":") || ["called", "named", "titled"].contains(next.word)
        {
            noun = first.word
            things = bare.dropping(["called", "named", "titled"].contains(next.word) || next.is(":") ? 2 : 1)
        }
        let entries = things.listed.map(\.text)
        if !entries.isEmpty { deeds.append(.addEntries(entries, noun: noun)) }
        if let to = rest.lastOffset(of: "to"), to > 0, to + 1 < rest.count {
            // "Add extra cheese to the toppings"
            deeds.append(
                .choose(TargetGrammar.target(rest.prefix(to)), in: TargetGrammar.target(rest.dropping(to + 1)), .also)
            )
        }
        return deeds
    }
}

extension [Deed]? {
    var orEmpty: [Deed] { self ?? [] }
}

/// Reads what is chosen and checked.
enum ChoiceGrammar {
    private static let relations: Set<String> = [
        "from", "in", "as", "for", "of", "under", "on", "within", "with", "to", "using",
    ]

    static func choosing(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let bare = rest.trimmed
        let act = DeedGrammar.acting(whole).map { word.first?.word == "take" ? $0 : $0.whole }
        if verb == .unchoose {
            return placed(bare) { .choose($0, in: $1, .remove) } + [
                .choose(TargetGrammar.target(bare), in: nil, .remove)
            ]
        }
        if Words.nothing.contains(bare.first?.word ?? ""), bare.count == 1 || relations.contains(bare[1]?.word ?? "") {
            return [.choose(.nothing, in: bare.count > 2 ? TargetGrammar.target(bare.dropping(2)) : nil, .none)]
        }
        if word.first?.word == "take", bare.starts("the text") {
            return [.copy(QuestionGrammar.question(bare))] + act
        }
        // "pick March 5th, 2026 for the date"
        for offset in (1..<max(1, bare.count - 1)).reversed() where relations.contains(bare[offset]?.word ?? "") {
            let text = bare.prefix(offset).text
            if DateText.isDateOrTime(text) {
                return [.assign(TargetGrammar.target(bare.dropping(offset + 1)), .text(text))]
            }
        }
        if word.first?.word == "highlight" || bare.starts("the text", "all the text", "all text") {
            return [.selectText(TargetGrammar.target(bare)), .choose(TargetGrammar.target(bare), in: nil, .one)]
        }
        if bare.tokens.contains(where: { $0.text == ">" }) {
            var parts: [Phrase] = []
            var start = 0
            for offset in 0...bare.count where offset == bare.count || bare[offset]?.text == ">" {
                if offset > start { parts.append(bare.range(start..<offset)) }
                start = offset + 1
            }
            return [.path(parts.map { TargetGrammar.target($0) })]
        }
        if let file = bare.tokens.first(where: { token in
            [".csv", ".pdf", ".png", ".jpg", ".txt", ".docx", ".zip"].contains { token.text.hasSuffix($0) }
        }), bare.words.contains("file") || bare.count == 1 {
            return [.upload([file.text], nil), .choose(TargetGrammar.target(bare), in: nil, .one)] + act
        }
        var only = bare
        var choice = Deed.Choice.one
        if bare.first?.word == "only" {
            only = bare.dropping(1)
            choice = .only
        } else if bare.last?.word == "only" {
            only = bare.droppingLast()
            choice = .only
        }
        var deeds: [Deed] = []
        let segments = only.listed
        if segments.count > 1 {
            // "Server as the kind and Java as the language"
            let parts = segments.compactMap { segment in placed(segment) { .choose($0, in: $1, choice) }.first }
            if parts.count == segments.count { deeds.append(.several(parts)) }
        }
        deeds += placed(only) { .choose($0, in: $1, choice) }
        deeds.append(.choose(TargetGrammar.target(only), in: nil, choice))
        deeds += FillGrammar.pairs(only).count == 1 ? FillGrammar.pairs(only) : []
        return deeds + act
    }

    /// Where the words for the list may begin.
    private static func placed(_ phrase: Phrase, _ make: (Target, Target) -> Deed) -> [Deed] {
        let offsets = (1..<max(1, phrase.count - 1)).filter { offset in
            guard let token = phrase[offset], token.isWord else { return false }
            return relations.contains(token.word)
        }
        return offsets.suffix(3).reversed().map { offset in
            make(TargetGrammar.target(phrase.prefix(offset)), TargetGrammar.target(phrase.dropping(offset + 1)))
        }
    }

    static func checking(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let isOn: Bool? = verb == .check ? true : verb == .uncheck ? false : nil
        let act = DeedGrammar.acting(whole).map { word.first?.word == "mark" ? $0 : $0.whole }
        if word.first?.word == "mark", rest.offset(of: "as") != nil { return act }
        if rest.isEmpty { return act }
        let check = Deed.check(TargetGrammar.target(rest), isOn)
        return word.words == ["mark"] ? act + [check] : [check] + act
    }

    /// "turn shuffle on", "leave statistics on", "switch the light off"
    static func switched(_ phrase: Phrase) -> Deed? {
        guard let last = phrase.last, phrase.count > 2, phrase.offset(of: "until", "if", "when") == nil,
            let first = phrase.first?.word,
            ["turn", "switch", "leave", "keep", "set", "put"].contains(first)
        else { return nil }
        let isOn: Bool
        switch last.word {
        case "on", "checked", "ticked", "enabled", "selected": isOn = true
        case "off", "unchecked", "unticked", "disabled", "unselected": isOn = false
        default: return nil
        }
        return .check(TargetGrammar.target(phrase.dropping(1).droppingLast()), isOn)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is set, chosen, adjusted and cleared.
extension FillGrammar {
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
                ["prompt", "dialog", "question", "alert", "confirmation"].contains(
                    rest.prefix(with).withoutArticle.words.joined()
                )
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

    static func choosing(_ value: Phrase, in place: Phrase) -> Deed {
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
    static func split(_ phrase: Phrase, _ verb: String) -> Deed? {
        let marks = verb == "rate" ? ["as", "with", "to", "at"] : ["to", "=", "at", "as", "with"]
        for mark in marks {
            guard let offset = phrase.lastOffset(of: mark), offset > 0, offset + 1 < phrase.count else { continue }
            var label = phrase.prefix(offset)
            if let from = label.lastOffset(of: "from"), from > 0, mark == "to" { label = label.prefix(from) }
            if label.words == ["it"] || label.words == ["them"] {}
            return .assign(TargetGrammar.target(label), ValueGrammar.value(phrase.dropping(offset + 1)))
        }
        if let colon = phrase.offset(ofMark: ":"), colon > 0, colon + 1 < phrase.count {
            return .assign(TargetGrammar.target(phrase.prefix(colon)), ValueGrammar.stated(phrase.dropping(colon + 1)))
        }
        return nil
    }

    /// "it four stars", "the lamp with 5 stars"
    static func starred(_ rest: Phrase) -> [Deed]? {
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
}

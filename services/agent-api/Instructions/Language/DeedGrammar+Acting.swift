//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Verbs that only the page has, and statements.
extension DeedGrammar {
    /// A control named like the verb; a label with its value.
    static func statement(_ phrase: Phrase) -> [Deed] {
        if let deed = ChoiceGrammar.switched(phrase) { return [deed] + acting(phrase) }
        var deeds: [Deed] = []
        let isDeed = Words.deeds.contains(phrase.first?.word ?? "")
        if isDeed { deeds += acting(phrase) }
        if ["remove", "drop", "delete"].contains(phrase.first?.word), let from = phrase.lastOffset(of: "from"),
            from > 1,
            from + 1 < phrase.count
        {
            deeds.append(.choose(target(phrase.range(1..<from)), in: target(phrase.dropping(from + 1)), .remove))
        }
        if phrase.first?.word == "create" { deeds += FillGrammar.adding(phrase.dropping(1), phrase) }
        let isPair = !isDeed || phrase.offset(ofMark: ":") != nil || phrase.count <= 3 && isStatement(phrase)
        let pairs = isPair ? FillGrammar.pairs(phrase) : []
        if !pairs.isEmpty { deeds.append(pairs.count == 1 ? pairs[0] : .several(pairs)) }
        if !isDeed { deeds += acting(phrase) }
        return deeds
    }

    /// Whether words without a verb say a label and its value: "Donation 7.50".
    static func isStatement(_ phrase: Phrase) -> Bool {
        phrase.count > 1
            && phrase.tokens.contains {
                $0.isQuoted || $0.isNumber || $0.is(":") || $0.word == "=" || $0.word.contains("@")
            }
    }

    /// A control of the page that bears the verb's name, used on what stands behind it.
    static func acting(_ phrase: Phrase) -> [Deed] {
        var phrase = phrase.trimmed
        guard let verb = phrase.first, verb.isWord else { return [] }
        var text: Value?
        if let colon = phrase.offset(ofMark: ":"), colon + 1 < phrase.count {
            text = .text(phrase.dropping(colon + 1).literal)
            phrase = phrase.prefix(colon)
            while phrase.count > 1, let last = phrase.last, ["with", "saying", "following"].contains(last.word) {
                phrase = phrase.droppingLast()
            }
        } else if let last = phrase.last, last.isQuoted,
            let with = phrase.lastOffset(of: "with", "saying", "that says", "with the text", "with the message"),
            with > 0, textVerbs.contains(verb.word),
            phrase.dropping(with + 1).droppingLast().words.allSatisfy({
                ValueGrammar.introductions.contains($0) || $0 == "says" || $0 == "reply" || $0 == "comment"
            })
        {
            text = .text(last.text)
            phrase = phrase.prefix(with)
        } else if textVerbs.contains(verb.word), verb.word != "add", phrase.count > 3, let quoted = phrase[1],
            quoted.isQuoted, phrase[2]?.word == "to"
        {
            text = .text(quoted.text)
            phrase = Phrase(tokens: ([verb] + phrase.dropping(2).tokens)[...], source: phrase.source)
        } else if textVerbs.contains(verb.word), phrase.count == 2, let last = phrase.last, last.isQuoted {
            text = .text(last.text)
            phrase = phrase.prefix(1)
        } else if textVerbs.contains(verb.word),
            let with = phrase.offset(of: "with the text", "with the message", "saying"), with > 0
        {
            let length = phrase.has(["saying"], at: with) ? 1 : 3
            text = ValueGrammar.value(phrase.dropping(with + length))
            phrase = phrase.prefix(with)
        }
        var words = [verb.word]
        var rest = phrase.dropping(1)
        // "mark all mails as read but the one from Ann": what they are marked as belongs to the verb.
        if verb.word == "mark", let role = rest.offset(of: "as"), role > 0, role + 2 < rest.count,
            TargetGrammar.exception(in: rest.dropping(role + 1))?.offset == 1, let state = rest[role + 1]
        {
            var tokens = Array(rest.tokens)
            tokens.removeSubrange(role...role + 1)
            let target = TargetGrammar.target(Phrase(tokens: tokens[...], source: rest.source))
            return [.act(Deed.Act(words: [verb.word, state.word], target: target, clause: Name(phrase.text)))]
        }
        // "send Ann the mail from Ben": to whom stands first.
        if ["send", "forward", "give", "pass"].contains(verb.word),
            let the = (1..<min(4, max(1, rest.count - 1))).first(where: {
                rest[$0]?.word == "the" || rest[$0]?.word == "that"
            }),
            rest.prefix(the).tokens.allSatisfy({ $0.isCapitalized || $0.isQuoted || $0.text.contains("@") })
        {
            var act = Deed.Act(
                words: [verb.word == "give" ? "send" : verb.word],
                target: target(rest.dropping(the)),
                clause: Name(phrase.text)
            )
            act.recipient = rest.prefix(the).text
            var forward = act
            forward.words = ["forward"]
            return [.act(forward), .act(act)]
        }
        while let particle = rest.first, particle.isWord, particles.contains(particle.word),
            rest.count > 1 || words.count == 1
        {
            words.append(particle.word)
            rest = rest.dropping(1)
        }
        if let last = rest.last, last.isWord, particles.contains(last.word), rest.count > 1 {
            words.append(last.word)
            rest = rest.droppingLast()
        }
        // "reply to Ann", "vote for Velvet"
        if rest.count > 1, let word = rest.first, word.isWord, ["to", "for", "on", "at"].contains(word.word) {
            rest = rest.dropping(1)
        }
        var act = Deed.Act(words: words, target: target(rest), clause: Name(phrase.text))
        act.text = text
        var deeds: [Deed] = []
        if verb.word == "rename", let to = rest.lastOffset(of: "to", "as"), to > 0, to + 1 < rest.count {
            act.target = target(rest.prefix(to))
            act.text = ValueGrammar.value(rest.dropping(to + 1))
            act.clause = Name("rename")
            let name = Target(
                spoken: "name",
                readings: [Reading(name: Name("name"), scopes: []), Reading(name: Name("title"))]
            )
            return [.act(act), .assign(name, act.text ?? .text(""))]
        }
        // "add the lamp to the cart", "forward it to Ann", "mark the mail as read".
        if let to = rest.lastOffset(of: "to", "as", "from", "for", "into", "with", "in", "on"), to > 0,
            to + 1 < rest.count
        {
            var second = act
            second.target = target(rest.prefix(to))
            if ["forward", "send", "pass", "mail", "email"].contains(verb.word), rest[to]?.word == "to" {
                second.recipient = rest.dropping(to + 1).text
            } else {
                second.words += rest.dropping(to + 1).withoutArticle.words
            }
            deeds.append(.act(second))
        }
        deeds.append(.act(act))
        if verb.word == "compare" || verb.word == "swap" || verb.word == "merge",
            let with = rest.offset(of: "with", "to", "and"), with > 0, with + 1 < rest.count
        {
            var both = act
            both.target = Target(
                spoken: rest.text,
                readings: [],
                parts: [TargetGrammar.single(rest.prefix(with)), TargetGrammar.single(rest.dropping(with + 1))]
            )
            deeds = [.act(both)]
        }
        // "join with the member number 740494"
        if let with = rest.offset(of: "with", "using", "for", "on", "as"), with + 2 < rest.count {
            let isDate = rest.dropping(with + 1).tokens.contains {
                Words.months.contains($0.word) || $0.text.contains(":") || $0.text.split(separator: "-").count == 3
            }
            let pairs = isDate ? [] : FillGrammar.pairs(rest.dropping(with + 1))
            if !pairs.isEmpty,
                rest.dropping(with + 1).tokens.contains(where: { $0.isNumber || $0.isQuoted || $0.word.contains("@") })
            {
                var alone = act
                alone.target = target(rest.prefix(with))
                alone.clause = Name(phrase.prefix(phrase.count - rest.count + with).text)
                deeds.append(.several(pairs + [.act(alone)]))
            }
            if isDate, with > 0 {
                deeds.append(.assign(target(rest.prefix(with)), ValueGrammar.value(rest.dropping(with + 1))))
            }
        }
        // "Add 3 lamps to the cart"
        if amounting.contains(verb.word), let amount = rest.first?.count, rest.count > 1,
            amount > 1 || rest.first?.isNumber == true,
            !["item", "items", "things", "entries", "rows"].contains(rest[1]?.word ?? "")
        {
            var counted = act
            counted.amount = amount
            var things = rest.dropping(1)
            if things.first?.word == "of" { things = things.dropping(1) }
            if let to = things.lastOffset(of: "to", "from", "into"), to > 0, to + 1 < things.count {
                counted.words += things.dropping(to + 1).withoutArticle.words
                things = things.prefix(to)
            }
            counted.target = target(things)
            deeds.insert(.act(counted), at: 0)
        }
        return deeds
    }

    /// Verbs that are about so many of a thing, and not about so many things.
    static let amounting: Set<String> = [
        "add", "order", "buy", "book", "reserve", "put", "purchase", "get", "take", "place", "request", "rent",
        "borrow",
    ]
    static let particles: Set<String> = ["up", "out", "off", "down", "away", "back", "again", "in"]
    static let textVerbs: Set<String> = [
        "reply", "respond", "post", "tweet", "comment", "answer", "send", "say", "message", "publish", "write", "chat",
        "add",
    ]
}

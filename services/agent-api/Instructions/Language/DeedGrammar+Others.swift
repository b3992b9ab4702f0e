//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Files, dialogs, waiting, copying, finding and sorting.
extension DeedGrammar {
    static func files(_ verb: Verb, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if verb == .download {
            if let name = rest.lastOffset(of: "as"), name > 0, name + 1 < rest.count {
                return [Deed.download(target(rest.dropping(name + 1))).within(target(rest.prefix(name)))]
            }
            return [.download(target(rest))] + act
        }
        let to = rest.lastOffset(of: "to", "into", "in", "as", "for")
        let head = to.map { rest.prefix($0) } ?? rest
        let names = head.tokens.filter { $0.isQuoted || $0.isWord && $0.text.contains(".") && !$0.text.hasSuffix(".") }
            .map(\.text)
        guard !names.isEmpty else { return act }
        return [.upload(names, to.map { target(rest.dropping($0 + 1)) })]
    }

    static func answering(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let isAccepted = verb == .accept
        let bare = rest.withoutArticle
        let act = acting(whole)
        if bare.isEmpty || ["it", "that", "this", "them"].contains(bare.first?.word ?? "") && bare.count == 1 {
            return [.answer(accept: isAccepted, text: nil)] + act
        }
        let others: Set<String> = [
            "of", "the", "browser", "box", "window", "in", "that", "appears", "pops", "up", "which", "message",
            "native", "javascript", "this", "comes",
        ]
        if let kind = bare.first(where: { dialogWords.contains($0) }),
            bare.words.allSatisfy({ dialogWords.contains($0) || others.contains($0) })
        {
            let closing: [Deed] =
                !isAccepted && ["popup", "pop-up", "dialog", "dialogue"].contains(kind) ? [.close(target(rest))] : []
            return [.answer(accept: isAccepted, text: nil, kind: dialogKinds[kind])] + closing + act
        }
        if isAccepted {
            let that = bare.first?.word == "that" ? bare.dropping(1) : bare
            return act + [.check(target(that), true)]
        }
        return act + [.close(target(rest))]
    }

    /// "Alert" is what people call all of them.
    static let dialogKinds: [String: DialogKind] = [
        "confirm": .confirm, "confirmation": .confirm, "prompt": .prompt,
    ]
    static let dialogWords: Set<String> = [
        "dialog", "dialogue", "alert", "confirm", "confirmation", "prompt", "question", "popup", "pop-up", "browser",
    ]

    static func waiting(_ rest: Phrase) -> [Deed] {
        var rest = rest
        var limit: Duration?
        if let first = rest.first, ["for", "until", "till"].contains(first.word) { rest = rest.dropping(1) }
        if rest.starts("at most", "up to"), let amount = rest[2]?.count ?? rest[2]?.number.map({ Int($0) }),
            let unit = rest[3].flatMap({ Words.units[$0.word] })
        {
            limit = .seconds(Double(amount) * unit)
            rest = rest.dropping(4)
            if rest.starts("until", "for") { rest = rest.dropping(1) }
        }
        if let amount = rest.first.flatMap({ $0.number ?? $0.count.map(Double.init) }), rest.count >= 2,
            let unit = rest[1].flatMap({ Words.units[$0.word] }), rest.count <= 3
        {
            return [.wait(.seconds(amount * unit))]
        }
        if rest.starts("a second", "a moment", "a bit") { return [.wait(.seconds(1))] }
        if rest.ends("to appear", "to load", "to show up", "to be shown", "to show"), rest.count > 2 {
            let length = rest.ends("to show up", "to be shown") ? 3 : 2
            let subject = rest.droppingLast(length)
            if subject.withoutArticle.words == ["page"] { return [.waitUntil(.loaded, limit: limit)] }
            return [.waitUntil(.shows(target(subject)), limit: limit)]
        }
        if rest.ends("to disappear", "to vanish", "to go away") {
            return [.waitUntil(.not(.shows(target(rest.droppingLast(rest.ends("to go away") ? 3 : 2)))), limit: limit)]
        }
        if let to = rest.lastOffset(of: "to be", "to become"), let state = rest.last.flatMap({ Words.states[$0.word] }),
            to + 3 == rest.count
        {
            return [.waitUntil(.state(target(rest.prefix(to)), state), limit: limit)]
        }
        let words = rest.withoutArticle.words
        if words.count == 1, ["answer", "reply", "response"].contains(words[0]) {
            return [.waitUntil(.changed, limit: limit ?? .seconds(15))]
        }
        if words == ["page"] || words == ["page", "load"] { return [.waitUntil(.loaded, limit: limit)] }
        if words == ["download"] { return [.waitUntil(.downloaded, limit: limit)] }
        return ConditionGrammar.condition(rest).map { [.waitUntil($0, limit: limit)] } ?? []
    }

    static func copying(_ rest: Phrase) -> [Deed] {
        for (words, length) in [("and paste it into", 4), ("and paste into", 3)] {
            if let offset = rest.offset(of: words) {
                return [
                    .several([
                        .copy(QuestionGrammar.question(rest.prefix(offset))),
                        .type(.remembered, into: target(rest.dropping(offset + length)), mode: .replace),
                    ])
                ]
            }
        }
        if let into = rest.lastOffset(of: "into", "to"), into > 0, into + 1 < rest.count {
            let value = Value.asked(QuestionGrammar.question(rest.prefix(into)), .none)
            return [.type(value, into: target(rest.dropping(into + 1)), mode: .replace)]
        }
        return [.copy(QuestionGrammar.question(rest))]
    }

    static func finding(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let offset = rest.offset(of: "on the web", "on the internet", "on google") {
            return [.search(ValueGrammar.value(rest.prefix(offset)), nil)]
        }
        if let question = QuestionGrammar.part(rest.withoutArticle) { return [.copy(question)] }
        return [.find(target(rest))] + act
    }

    static func searching(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        var rest = rest
        var place: Target?
        if word.count == 1, let offset = rest.offset(of: "for"), offset > 0 {
            place = target(rest.prefix(offset))
            rest = rest.dropping(offset + 1)
        }
        if rest.isEmpty { return act }
        return [.search(ValueGrammar.value(rest), place)]
    }

    static func sorting(_ rest: Phrase) -> [Deed] {
        var rest = rest
        let words = Set(rest.words)
        var isDescending: Bool?
        if !words.isDisjoint(with: ["descending", "highest", "decreasing", "newest", "downwards", "largest", "z-a"]) {
            isDescending = true
        }
        if !words.isDisjoint(with: [
            "ascending", "lowest", "increasing", "oldest", "upwards", "smallest", "alphabetically", "cheapest",
        ]) {
            isDescending = false
        }
        let order: Set<String> = [
            "descending", "highest", "decreasing", "newest", "downwards", "largest", "z-a", "ascending", "lowest",
            "increasing", "oldest", "upwards", "smallest", "alphabetically", "cheapest", "first", "last", "order", "in",
            "the", "to", "from", "high", "low", "and", "a-z", "latest", "biggest",
        ]
        if let comma = rest.offset(ofMark: ","), comma > 0 {
            guard rest.dropping(comma).words.allSatisfy(order.contains) else { return [] }
            rest = rest.prefix(comma)
        }
        if let by = rest.lastOffset(of: "by") {
            let things = rest.prefix(by).words.filter { !["the", "them", "it", "all", "these", "first"].contains($0) }
            guard things.joined(separator: " ").isEmpty || Nouns.isCommon(things.joined(separator: " ")) else {
                return []
            }
            rest = rest.dropping(by + 1)
        }
        while rest.count > 1, let last = rest.last,
            ["ascending", "descending", "order", "in", "first", "lowest", "highest", "increasing", "decreasing"]
                .contains(last.word)
        { rest = rest.droppingLast() }
        return rest.isEmpty ? [] : [.sort(target(rest), isDescending: isDescending)]
    }
}

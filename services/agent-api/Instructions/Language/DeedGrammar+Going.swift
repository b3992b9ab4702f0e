//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Going somewhere: addresses, links, tabs, and what opens.
extension DeedGrammar {
    static func going(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let token = rest.first, Addresses.isSite(token) || token.isQuoted && Addresses.isAddress(token) {
            // Another step that was not told apart must not be lost.
            guard !hasVerb(behindAddress: rest) else { return [] }
            return [.go(token.text, newTab: rest.ends("new tab"))]
        }
        if rest.starts(
            "the top",
            "the bottom",
            "the end",
            "the very end",
            "the beginning",
            "the very bottom",
            "the very top",
            "the start"
        ), !rest.words.contains("list") {
            return [
                .scrollToEnd(
                    rest.starts("the top", "the very top", "the beginning", "the start") ? .up : .down,
                    in: nil
                )
            ]
        }
        if rest.words.contains(">") || rest.tokens.contains(where: { $0.text == ">" }) { return [path(rest)] }
        return switching(rest).filter { if case .switchTab(.named) = $0 { rest.words.contains("tab") } else { true } }
            + [.click(target(rest), Deed.Press())] + act
    }

    private static func hasVerb(behindAddress rest: Phrase) -> Bool {
        (1..<max(1, rest.count)).contains { offset in
            let behind = rest.dropping(offset)
            return behind.count > 2 && !behind.starts("in", "on", "with") && VerbGrammar.verb(behind) != nil
        }
    }

    static func path(_ phrase: Phrase) -> Deed {
        var parts: [Phrase] = []
        var start = 0
        for offset in 0..<phrase.count
        where phrase[offset]?.text == ">" || phrase[offset]?.text == "→" || phrase[offset]?.text == "»" {
            if offset > start { parts.append(phrase.range(start..<offset)) }
            start = offset + 1
        }
        if start < phrase.count { parts.append(phrase.range(start..<phrase.count)) }
        return .path(parts.map { TargetGrammar.target($0) })
    }

    static func opening(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let token = rest.first, Addresses.isSite(token) {
            return hasVerb(behindAddress: rest) ? [] : [.go(token.text, newTab: rest.ends("new tab"))]
        }
        if rest.withoutArticle.words == ["new", "tab"] || rest.withoutArticle.words == ["tab"] { return [.newTab] }
        if rest.tokens.contains(where: { $0.text == ">" }) { return [path(rest)] }
        if word.first?.word == "show" || word.first?.word == "view" {
            return act + filtering(rest) + [
                .expand(target(rest), true), .click(target(rest), Deed.Press(isOpening: true)),
            ]
        }
        if word.first?.word == "follow", TargetGrammar.kind(at: 0, rest.withoutArticle)?.kind == .link {
            return [.click(target(rest), Deed.Press())]
        }
        if word.first?.word == "follow" { return act + [.click(target(rest), Deed.Press(isOpening: true))] }
        return [.expand(target(rest), true), .click(target(rest), Deed.Press(isOpening: true))] + act
    }

    /// "show only the active ones": what is called Active.
    static func filtering(_ rest: Phrase) -> [Deed] {
        guard rest.starts("only", "just", "all") else { return [] }
        // "show only cameras by Ann and Ben": boxes of a filter.
        if rest.first?.word != "all", let by = rest.offset(of: "by", "from", "of"), by == 2, by + 1 < rest.count,
            let noun = rest[1]?.word
        {
            var names = target(rest.dropping(by + 1))
            func noting(_ reading: Reading) -> Reading {
                var reading = reading
                if reading.noun == nil { reading.noun = noun }
                reading.isWhole = false
                return reading
            }
            names.readings = names.readings.map(noting)
            for part in names.parts.indices { names.parts[part].readings = names.parts[part].readings.map(noting) }
            return [.choose(names, in: nil, .only)]
        }
        var name = rest.dropping(1).withoutArticle
        while name.count > 1, let last = name.last,
            ["ones", "items", "entries", "results", "only", "tasks", "todos"].contains(last.word)
        { name = name.droppingLast() }
        return [
            .click(Target(spoken: name.text, readings: [Reading(name: Name(name.text), isWhole: true)]), Deed.Press())
        ]
    }

    static func goingBack(_ rest: Phrase, isBack: Bool, _ act: [Deed]) -> [Deed] {
        let offset = rest.tokens.compactMap(\.count).first ?? 1
        if rest.isEmpty || rest.ends("page", "pages", "steps", "once", "twice", "step", "again", "history", "browser") {
            return [.history(isBack ? -offset : offset)]
        }
        var deeds: [Deed] = []
        if rest.starts("to") {
            deeds += switching(rest.dropping(1)).filter {
                if case .switchTab(.named) = $0 { rest.words.contains("tab") } else { true }
            }
            deeds += [.click(target(rest.dropping(1)), Deed.Press())]
        }
        return deeds + act + [.history(isBack ? -offset : offset)]
    }

    static func switching(_ rest: Phrase) -> [Deed] {
        let bare = rest.withoutArticle
        let words = bare.words
        guard !words.isEmpty else { return [] }
        var deeds: [Deed] = []
        if words.last == "tab" || words.last == "window" {
            let head = bare.droppingLast()
            if let word = head.first?.word, head.count == 1 {
                switch word {
                case "new", "newest", "latest": deeds.append(.switchTab(.newest))
                case "other": deeds.append(.switchTab(.other))
                case "previous", "old", "original": deeds.append(.switchTab(.previous))
                case "next": deeds.append(.switchTab(.next))
                default:
                    if let position = Words.ordinals[word] {
                        deeds += [.click(target(rest), Deed.Press()), .switchTab(.position(position))]
                    }
                }
            }
        }
        if words.count == 2, words[0] == "tab", let position = Int(words[1]) {
            deeds.append(.switchTab(.position(position)))
        }
        if deeds.isEmpty { deeds = [.click(target(rest), Deed.Press()), .switchTab(.named(target(rest)))] }
        return deeds
    }

    static func closing(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        let words = rest.withoutArticle.words
        if ["tab", "window", "current tab", "browser tab", "page"].contains(words.joined(separator: " ")) {
            return [.closeTab(.current)]
        }
        if words.last == "tab", words.count == 2 {
            switch words[0] {
            case "new", "newest": return [.closeTab(.newest)]
            case "other": return [.closeTab(.other)]
            case "previous": return [.closeTab(.previous)]
            default:
                if let position = Words.ordinals[words[0]] { return [.closeTab(.position(position))] }
                return [.closeTab(.named(target(rest)))] + act
            }
        }
        if let with = rest.lastOffset(of: "with", "using", "by clicking", "by pressing"), with + 1 < rest.count {
            let length = rest.has(["by"], at: with) ? 2 : 1
            return [.click(target(rest.dropping(with + length)), Deed.Press())]
        }
        return act + [.expand(target(rest), false), .close(target(rest))]
    }
}

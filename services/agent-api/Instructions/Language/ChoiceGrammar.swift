//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

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
        // "In stock only" may be its name.
        if bare.last?.word == "only" { deeds.append(.choose(named(bare), in: nil, .one)) }
        if ["well", "too", "also"].contains(bare.last?.word ?? "") {
            only = bare.ends("as well") ? bare.droppingLast(2) : bare.droppingLast()
            choice = .also
        }
        let segments = only.listed
        if segments.count > 1 {
            // "Server as the kind and Java as the language"
            let parts = segments.compactMap { segment in placed(segment) { .choose($0, in: $1, choice) }.first }
            if parts.count == segments.count { deeds.append(.several(parts)) }
        }
        deeds += placed(only) { .choose($0, in: $1, choice) }
        deeds.append(.choose(TargetGrammar.target(only), in: nil, choice))
        if let path = DeedGrammar.inMenu(only) { return deeds + act + [path] }
        deeds += FillGrammar.pairs(only).count == 1 ? FillGrammar.pairs(only) : []
        return deeds + act
    }

    /// Something by the whole of its name, or several of them.
    private static func named(_ phrase: Phrase) -> Target {
        var target = TargetGrammar.target(phrase)
        target.readings = target.readings.filter(\.isWhole)
        target.parts = target.parts.map { part in
            var part = part
            let isOnly = part.spoken.lowercased().hasSuffix(" only")
            if isOnly { part.readings = part.readings.filter(\.isWhole) }
            return part
        }
        return target
    }

    /// Where the words for the list may begin.
    private static func placed(_ phrase: Phrase, _ make: (Target, Target) -> Deed) -> [Deed] {
        let offsets = (1..<max(1, phrase.count - 1)).filter { offset in
            guard let token = phrase[offset], token.isWord else { return false }
            return relations.contains(token.word) && phrase[offset - 1]?.word != "and"
                && phrase[offset - 1]?.is(",") != true
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
        // "Select Ann and Ben and deactivate them": a button for what is chosen.
        if ["activate", "deactivate", "enable", "disable"].contains(word.first?.word ?? ""),
            TargetGrammar.target(rest).isPronoun
        {
            return [check] + DeedGrammar.acting(whole)
        }
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

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a verb and the words behind it may ask for.
enum DeedGrammar {
    /// - Parameters:
    ///   - word: The verb as it was written.
    ///   - rest: What stands behind it.
    ///   - whole: Both.
    /// - Returns: The likelier first.
    static func deeds(_ verb: Verb, word: Phrase, _ rest: Phrase, whole: Phrase) -> [Deed] {
        let rest = rest.trimmed
        var act = acting(whole)
        if ![
            .open, .close, .accept, .dismiss, .search, .submit, .add, .signIn, .switchTab, .back, .forward, .sortBy,
            .read, .find, .verify, .clear,
        ].contains(verb) {
            act = act.map(\.whole)
        }
        return meanings(verb, word: word, rest, whole: whole, act)
    }

    /// A control that is called exactly like the sentence outranks what the words mean: "Select all".
    static func exact(_ verb: Verb, _ whole: Phrase) -> Deed? {
        let verbs: Set<Verb> = [
            .choose, .check, .uncheck, .expand, .collapse, .clear, .read, .search, .toggle, .increase, .decrease, .close,
        ]
        guard verbs.contains(verb), whole.count > 1, whole.count <= 6 else { return nil }
        return acting(whole).last?.exact
    }

    private static func meanings(_ verb: Verb, word: Phrase, _ rest: Phrase, whole: Phrase, _ act: [Deed]) -> [Deed] {
        if let deed = ChoiceGrammar.switched(whole) { return [deed] + act }
        switch verb {
        case .go: return going(rest, act)
        case .open: return opening(word, rest, act)
        case .click, .press: return pressing(verb, word, rest, act)
        case .doubleClick: return [.click(target(rest), Deed.Press(count: 2))]
        case .rightClick: return [.click(target(rest), Deed.Press(button: .right))]
        case .hover: return [.hover(target(rest))]
        case .focus: return [.focus(target(rest))]
        case .type, .append: return FillGrammar.typing(verb, word, rest, whole)
        case .clear: return FillGrammar.clearing(rest, act)
        case .assign: return FillGrammar.assigning(word, rest, whole)
        case .increase, .decrease: return FillGrammar.adjusting(rest, isUp: verb == .increase, act)
        case .choose, .unchoose: return ChoiceGrammar.choosing(verb, word, rest, whole)
        case .check, .uncheck, .toggle: return ChoiceGrammar.checking(verb, word, rest, whole)
        case .expand, .collapse: return [.expand(target(rest), verb == .expand)] + act
        case .drag: return MovingGrammar.dragging(word, rest, act)
        case .scroll: return MovingGrammar.scrolling(word, rest, act)
        case .upload, .download: return files(verb, rest, act)
        case .accept, .dismiss: return answering(verb, word, rest, whole)
        case .wait: return waiting(rest)
        case .verify:
            if rest.isEmpty { return act }
            if word.first?.word == "confirm" { return [.check(target(rest), true)] + act }
            return ConditionGrammar.condition(rest).map { [.verify($0)] } ?? []
        case .read where ["get", "count", "list", "note", "name"].contains(word.first?.word ?? ""):
            if word.first?.word == "count", rest.first?.word != "how" {
                return [.read(.count(target(rest)))] + act.map(\.whole)
            }
            return [.read(QuestionGrammar.question(rest))] + act.map(\.whole)
        case .read: return [.read(QuestionGrammar.question(isQuestion(word) ? whole : rest))]
        case .copy: return copying(rest) + act
        case .find: return finding(rest, act)
        case .search: return searching(word, rest, act)
        case .back: return goingBack(rest, isBack: true, act)
        case .forward: return goingBack(rest, isBack: false, act)
        case .reload: return [.reload]
        case .switchTab: return switching(rest) + act
        case .close: return closing(rest, act)
        case .sortBy: return sorting(rest) + act
        case .signIn: return FillGrammar.signingIn(rest, whole)
        case .submit:
            return rest.isEmpty || rest.withoutArticle.words == ["form"] || rest.withoutArticle.words == ["it"]
                ? [.submit] : act + [.submit]
        case .repeat: return repeating(rest)
        case .add: return FillGrammar.adding(rest, whole)
        case .solve: return [.copy(.computed)]
        case .draw: return []
        }
    }

    static let field = Target(spoken: "the field", readings: [Reading(kind: .field)])

    static func target(_ phrase: Phrase) -> Target { TargetGrammar.target(phrase) }

    private static func isQuestion(_ word: Phrase) -> Bool {
        ["what", "what's", "who", "whose", "where", "when", "which", "how", "is", "are", "does", "do"].contains(
            word.first?.word ?? ""
        )
    }

    /// Verbs that a bare noun takes over: "click A, then B".
    static func carriesOver(_ verb: Verb) -> Bool {
        [.click, .press, .check, .uncheck, .choose, .doubleClick, .hover, .expand].contains(verb)
    }

    // MARK: Without a verb of the language

    /// A control named like the verb; a label with its value.
    static func statement(_ phrase: Phrase) -> [Deed] {
        if let deed = ChoiceGrammar.switched(phrase) { return [deed] + acting(phrase) }
        var deeds: [Deed] = []
        let isDeed = Words.deeds.contains(phrase.first?.word ?? "")
        if isDeed { deeds += acting(phrase) }
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
            with > 0, textVerbs.contains(verb.word)
        {
            text = .text(last.text)
            phrase = phrase.prefix(with)
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
        // "send Ann the mail from Ben": to whom stands first.
        if ["send", "forward", "give", "pass"].contains(verb.word),
            let the = (1..<min(4, max(1, rest.count - 1))).first(where: { rest[$0]?.word == "the" || rest[$0]?.word == "that" }),
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
    private static let amounting: Set<String> = [
        "add", "order", "buy", "book", "reserve", "put", "purchase", "get", "take", "place", "request", "rent", "borrow",
    ]
    private static let particles: Set<String> = ["up", "out", "off", "down", "away", "back", "again", "in"]
    private static let textVerbs: Set<String> = [
        "reply", "respond", "post", "tweet", "comment", "answer", "send", "say", "message", "publish", "write", "chat",
        "add",
    ]

    // MARK: Going

    private static func going(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let token = rest.first, Addresses.isSite(token) || token.isQuoted && Addresses.isAddress(token) {
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

    private static func path(_ phrase: Phrase) -> Deed {
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

    private static func opening(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let token = rest.first, Addresses.isSite(token) { return [.go(token.text, newTab: rest.ends("new tab"))] }
        if rest.withoutArticle.words == ["new", "tab"] || rest.withoutArticle.words == ["tab"] { return [.newTab] }
        if rest.tokens.contains(where: { $0.text == ">" }) { return [path(rest)] }
        if word.first?.word == "show" || word.first?.word == "view" {
            return act + filtering(rest) + [.expand(target(rest), true), .click(target(rest), Deed.Press(isOpening: true))]
        }
        if word.first?.word == "follow", TargetGrammar.kind(at: 0, rest.withoutArticle)?.kind == .link {
            return [.click(target(rest), Deed.Press())]
        }
        if word.first?.word == "follow" { return act + [.click(target(rest), Deed.Press(isOpening: true))] }
        return [.expand(target(rest), true), .click(target(rest), Deed.Press(isOpening: true))] + act
    }

    /// "show only the active ones": what is called Active.
    private static func filtering(_ rest: Phrase) -> [Deed] {
        guard rest.starts("only", "just", "all") else { return [] }
        var name = rest.dropping(1).withoutArticle
        while name.count > 1, let last = name.last,
            ["ones", "items", "entries", "results", "only", "tasks", "todos"].contains(last.word)
        { name = name.droppingLast() }
        return [
            .click(Target(spoken: name.text, readings: [Reading(name: Name(name.text), isWhole: true)]), Deed.Press())
        ]
    }

    private static func goingBack(_ rest: Phrase, isBack: Bool, _ act: [Deed]) -> [Deed] {
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

    private static func switching(_ rest: Phrase) -> [Deed] {
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

    private static func closing(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
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

    // MARK: Clicking

    private static func pressing(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let deed = key(rest, onlyNames: verb != .press) { return deed }
        if rest.tokens.contains(where: { $0.text == ">" }) { return [path(rest)] }
        var rest = rest
        var deeds: [Deed] = []
        if let until = rest.offset(of: "until"), until > 0,
            let condition = ConditionGrammar.condition(rest.dropping(until + 1))
        {
            return [.until(.click(target(rest.prefix(until)), Deed.Press()), condition)]
        }
        if rest.ends(
            "in the dialog",
            "in the alert",
            "in the confirmation",
            "in the popup",
            "in the pop-up",
            "in the prompt",
            "when asked",
            "when it asks",
            "when you are asked"
        ) {
            let head = rest.prefix(rest.lastOffset(of: "in", "when") ?? rest.count).withoutArticle
            if let isAccepted = Words.dialogAnswers[head.words.joined(separator: " ")] {
                deeds.append(.answer(accept: isAccepted, text: nil))
            }
        }
        // "click the star to mark it as important": what it is for is not part of its name.
        var purposeless: [Deed] = []
        if let to = rest.lastOffset(of: "to"), to > 0, to + 1 < rest.count,
            VerbGrammar.verb(rest.dropping(to + 1)) != nil || Words.deeds.contains(rest[to + 1]?.word ?? "")
        {
            purposeless = [.click(target(rest.prefix(to)), Deed.Press())]
        }
        var press = Deed.Press()
        if let with = rest.offset(of: "while holding", "holding"), with > 0 {
            press.keys = Set(
                rest.dropping(with + (rest.has(["while"], at: with) ? 2 : 1)).words.filter {
                    ["shift", "ctrl", "control", "alt", "meta"].contains($0)
                }
            )
            rest = rest.prefix(with)
        }
        return deeds + [.click(target(rest), press)] + purposeless + act
    }

    /// "Enter", "Ctrl+A", "the Tab key", "Enter in the search field".
    private static func key(_ phrase: Phrase, onlyNames: Bool) -> [Deed]? {
        var rest = phrase.withoutArticle
        var place: Target?
        if let offset = rest.offset(of: "in", "inside", "on", "within"), offset > 0, offset + 1 < rest.count,
            Keys.name(rest.prefix(offset).words) != nil
        {
            place = target(rest.dropping(offset + 1))
            rest = rest.prefix(offset)
        }
        var isKey = false
        if let last = rest.last, last.word == "key" || last.word == "keys", rest.count > 1 {
            isKey = true
            rest = rest.droppingLast()
        } else if rest.has(["key"]), rest.count > 1 {
            isKey = true
            rest = rest.dropping(1)
        }
        guard rest.tokens.allSatisfy(\.isWord) || isKey, let name = Keys.name(rest.words, isCertain: isKey) else {
            return nil
        }
        let deed = Deed.press(name, times: 1, in: place)
        if isKey || Keys.isOnlyKey(name) { return [deed] }
        return onlyNames ? nil : [.click(target(phrase), Deed.Press()), deed]
    }

    private static func repeating(_ rest: Phrase) -> [Deed] {
        guard let until = rest.offset(of: "until"), let condition = ConditionGrammar.condition(rest.dropping(until + 1))
        else { return [] }
        var body = rest.prefix(until).trimmed
        if body.starts("clicking on") {
            body = body.dropping(2)
        } else if body.starts("clicking", "pressing", "tapping", "hitting") {
            body = body.dropping(1)
        }
        if body.starts("scrolling") { return [.until(.scroll(.down, times: 1, in: nil), condition)] }
        return [.until(.click(target(body), Deed.Press()), condition)]
    }

    // MARK: Others

    private static func files(_ verb: Verb, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
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

    private static func answering(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ whole: Phrase) -> [Deed] {
        let isAccepted = verb == .accept
        let bare = rest.withoutArticle
        let act = acting(whole)
        if bare.isEmpty || ["it", "that", "this", "them"].contains(bare.first?.word ?? "") && bare.count == 1 {
            return [.answer(accept: isAccepted, text: nil)] + act
        }
        if let kind = bare.first(where: { dialogWords.contains($0) }) {
            let closing: [Deed] = !isAccepted && ["popup", "pop-up", "dialog", "dialogue"].contains(kind) ? [.close(target(rest))] : []
            return [.answer(accept: isAccepted, text: nil)] + closing + act
        }
        if isAccepted {
            let that = bare.first?.word == "that" ? bare.dropping(1) : bare
            return act + [.check(target(that), true)]
        }
        return act + [.close(target(rest))]
    }

    private static let dialogWords: Set<String> = [
        "dialog", "dialogue", "alert", "confirm", "confirmation", "prompt", "question", "popup", "pop-up", "browser",
    ]

    private static func waiting(_ rest: Phrase) -> [Deed] {
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

    private static func copying(_ rest: Phrase) -> [Deed] {
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

    private static func finding(_ rest: Phrase, _ act: [Deed]) -> [Deed] {
        if let offset = rest.offset(of: "on the web", "on the internet", "on google") {
            return [.search(ValueGrammar.value(rest.prefix(offset)), nil)]
        }
        if let question = QuestionGrammar.part(rest.withoutArticle) { return [.copy(question)] }
        return [.find(target(rest))] + act
    }

    private static func searching(_ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
        var rest = rest
        var place: Target?
        if word.count == 1, let offset = rest.offset(of: "for"), offset > 0 {
            place = target(rest.prefix(offset))
            rest = rest.dropping(offset + 1)
        }
        if rest.isEmpty { return act }
        return [.search(ValueGrammar.value(rest), place)]
    }

    private static func sorting(_ rest: Phrase) -> [Deed] {
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
        if let comma = rest.offset(ofMark: ","), comma > 0 { rest = rest.prefix(comma) }
        if let by = rest.lastOffset(of: "by") { rest = rest.dropping(by + 1) }
        while rest.count > 1, let last = rest.last,
            ["ascending", "descending", "order", "in", "first", "lowest", "highest", "increasing", "decreasing"]
                .contains(last.word)
        { rest = rest.droppingLast() }
        return rest.isEmpty ? [] : [.sort(target(rest), isDescending: isDescending)]
    }
}

extension Phrase {
    func first(where isSo: (String) -> Bool) -> String? { tokens.first { isSo($0.word) }?.word }
}

extension Words {
    /// What buttons of dialogs say, and whether they accept.
    static let dialogAnswers: [String: Bool] = [
        "ok": true, "okay": true, "yes": true, "accept": true, "confirm": true, "cancel": false, "no": false,
        "dismiss": false, "ok button": true, "cancel button": false,
    ]
}

/// Names of keys.
enum Keys {
    private static let names: [String: String] = [
        "enter": "Enter", "return": "Enter", "tab": "Tab", "escape": "Escape", "esc": "Escape", "space": "Space",
        "spacebar": "Space", "backspace": "Backspace",
        "delete": "Delete", "del": "Delete", "home": "Home", "end": "End", "insert": "Insert", "pageup": "PageUp",
        "pagedown": "PageDown", "page up": "PageUp", "page down": "PageDown",
        "up": "ArrowUp", "down": "ArrowDown", "left": "ArrowLeft", "right": "ArrowRight", "arrow up": "ArrowUp",
        "arrow down": "ArrowDown", "arrow left": "ArrowLeft",
        "arrow right": "ArrowRight", "up arrow": "ArrowUp", "down arrow": "ArrowDown", "left arrow": "ArrowLeft",
        "right arrow": "ArrowRight", "arrowup": "ArrowUp",
        "arrowdown": "ArrowDown", "arrowleft": "ArrowLeft", "arrowright": "ArrowRight", "space bar": "Space",
        "arrow-down": "ArrowDown", "arrow-up": "ArrowUp", "arrow-left": "ArrowLeft", "arrow-right": "ArrowRight",
        "f1": "F1", "f2": "F2", "f3": "F3", "f4": "F4", "f5": "F5", "f6": "F6", "f7": "F7", "f8": "F8", "f9": "F9",
        "f10": "F10", "f11": "F11", "f12": "F12",
    ]
    private static let modifiers: [String: String] = [
        "ctrl": "Control", "control": "Control", "shift": "Shift", "alt": "Alt", "meta": "Meta", "cmd": "Meta",
        "command": "Meta", "option": "Alt", "strg": "Control",
    ]

    /// The key that words mean.
    ///
    /// - Parameter isCertain: Whether the words say that they mean a key, so that single characters count.
    static func name(_ words: [String], isCertain: Bool = false) -> String? {
        let text = words.joined(separator: " ")
        if let name = names[text] { return name }
        if isCertain, text.count == 1 { return text }
        var parts = text.split(whereSeparator: { $0 == "+" || $0 == " " || $0 == "-" }).map(String.init)
        guard parts.count > 1, let last = parts.popLast() else { return nil }
        let held = parts.compactMap { modifiers[$0] }
        guard held.count == parts.count, let key = names[last] ?? (last.count == 1 ? last.uppercased() : nil) else {
            return nil
        }
        return (held + [key]).joined(separator: "+")
    }

    /// Keys that no button is called by.
    static func isOnlyKey(_ name: String) -> Bool {
        name.contains("+")
            || ["Enter", "Tab", "Escape", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Backspace"].contains(name)
            || name.hasPrefix("F")
    }
}

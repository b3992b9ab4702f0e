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
        var (rest, whole) = (rest.trimmed, whole)
        // Only a choice is another one where it is made "as well".
        if verb != .choose {
            for words in ["as well", "too"] where rest.ends(words) && rest.count > 2 {
                let length = words.split(separator: " ").count
                rest = rest.droppingLast(length).trimmed
                whole = whole.droppingLast(length).trimmed
            }
        }
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
            .choose, .check, .uncheck, .expand, .collapse, .clear, .read, .search, .toggle, .increase, .decrease,
            .close, .find, .accept, .dismiss,
        ]
        guard verbs.contains(verb), whole.count > 1, whole.count <= 6 else { return nil }
        return acting(whole).last?.exact
    }

    static func meanings(_ verb: Verb, word: Phrase, _ rest: Phrase, whole: Phrase, _ act: [Deed]) -> [Deed] {
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
        case .expand, .collapse:
            // The title of a section that does not tell whether it is open has to change something.
            let opening: [Deed] = verb == .expand ? [.click(target(rest), Deed.Press(isOpening: true))] : []
            return [.expand(target(rest), verb == .expand)] + act + opening
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
        case .read where word.first?.word == "say" && rest.first?.word == "that": return act
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
                ? [.submit] : act + (isWhatIsSent(rest) ? [.submit] : [])
        case .repeat: return repeating(rest)
        case .add: return FillGrammar.adding(rest, whole)
        case .solve: return isProblem(rest) ? [.copy(.computed)] : act
        case .draw: return []
        }
    }

    /// "the math problem", "for x"
    static func isProblem(_ phrase: Phrase) -> Bool {
        let words: Set<String> = [
            "for", "x", "the", "this", "that", "it", "following", "problem", "math", "maths", "arithmetic", "algebra",
            "equation", "exercise", "puzzle", "task", "sum", "question", "expression", "given", "in", "unknown", "of",
            "below", "above", "captcha", "calculation", "to", "mathematical",
        ]
        return phrase.words.allSatisfy(words.contains)
    }

    /// "your answer", "the request": what a form is for, in one word.
    static func isWhatIsSent(_ phrase: Phrase) -> Bool {
        let bare = phrase.withoutArticle
        return bare.count == 1 && bare.first?.isWord == true && bare.first?.isCapitalized == false
    }

    static let field = Target(spoken: "the field", readings: [Reading(kind: .field)])

    static func target(_ phrase: Phrase) -> Target { TargetGrammar.target(phrase) }

    static func isQuestion(_ word: Phrase) -> Bool {
        ["what", "what's", "who", "whose", "where", "when", "which", "how", "is", "are", "does", "do"].contains(
            word.first?.word ?? ""
        )
    }

    /// Verbs that a bare noun takes over: "click A, then B".
    static func carriesOver(_ verb: Verb) -> Bool {
        [.click, .press, .check, .uncheck, .choose, .doubleClick, .hover, .expand].contains(verb)
    }

    // MARK: Clicking

    static func pressing(_ verb: Verb, _ word: Phrase, _ rest: Phrase, _ act: [Deed]) -> [Deed] {
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
        return deeds + [.click(target(rest), press)] + purposeless + act + (inMenu(rest).map { [$0] } ?? [])
    }

    /// "New from the File menu": the menu may have to be opened first.
    static func inMenu(_ phrase: Phrase) -> Deed? {
        guard phrase.last?.word == "menu", let offset = phrase.lastOffset(of: "from", "in", "of", "under"), offset > 0,
            offset + 2 < phrase.count
        else { return nil }
        let menu = Name(phrase.dropping(offset + 1).droppingLast().withoutArticle.text)
        let readings = [Reading(name: menu, isWhole: true), Reading(name: menu)]
        return .path([Target(spoken: menu.text, readings: readings), target(phrase.prefix(offset))])
    }

    /// "Enter", "Ctrl+A", "the Tab key", "Enter in the search field".
    static func key(_ phrase: Phrase, onlyNames: Bool) -> [Deed]? {
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

    static func repeating(_ rest: Phrase) -> [Deed] {
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

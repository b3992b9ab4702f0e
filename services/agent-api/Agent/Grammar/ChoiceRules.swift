//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checking, choosing, opening and closing what is on the page.
extension StepParser {
    func checking(_ rest: Phrase, _ isOn: Bool?) throws(NotUnderstood) -> [Instruction.Action] {
        if rest.isEmpty {
            let verb = isOn.map { $0 ? "check" : "uncheck" } ?? "toggle"
            return [.setChecked(TargetList(try element(rest, "what to \(verb)")), isOn)]
        }
        if isOn == true, rest.first?.key == "for", rest.count > 1 {
            return [.expect(Condition(.shows(TargetGrammar.target(rest.dropFirst()))))]
        }
        var rest = rest
        if let first = rest.first, ["off", "on"].contains(first.key), rest.count > 1 { rest = rest.dropFirst() }
        return [.setChecked(placed(TargetGrammar.list(rest)), isOn)]
    }

    private static let done: Set<String> = ["done", "complete", "completed", "finished", "checked", "read", "selected"]
    private static let undone: Set<String> = [
        "undone", "incomplete", "not done", "active", "uncompleted", "not completed", "unchecked", "unread", "open",
        "not complete", "unfinished",
    ]

    /// "Mark X as done" is its check box, "mark X as important" a button.
    func marking(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard let (what, state) = rest.split(atLast: ["as"]) else {
            if let last = rest.last, Self.done.contains(last.key), rest.count > 1 {
                return [.setChecked(placed(TargetGrammar.list(rest.dropLast())), true)]
            }
            throw .missing("as what; expected mark NAME as done")
        }
        if Self.done.contains(state.key) { return [.setChecked(placed(TargetGrammar.list(what)), true)] }
        if Self.undone.contains(state.key) { return [.setChecked(placed(TargetGrammar.list(what)), false)] }
        return try buttonOf(state, what)
    }

    /// "Turn on X", "turn X off", "enable X".
    func turning(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        var rest = rest
        var isOn: Bool? = [
            "enable": true, "activate": true, "switch on": true, "disable": false, "deactivate": false,
            "switch off": false,
        ][opening.key]
        if isOn == nil {
            if let first = rest.first, ["on", "off"].contains(first.key) {
                isOn = first.key == "on"
                rest = rest.dropFirst()
            } else if let last = rest.last, ["on", "off"].contains(last.key) {
                isOn = last.key == "on"
                rest = rest.dropLast()
            }
        }
        guard let isOn, !rest.isEmpty else { throw .missing("what to turn on or off") }
        return [.setChecked(placed(TargetGrammar.list(rest)), isOn)]
    }

    private static let nothing: Set<String> = [
        "nothing", "none", "no option", "none of them", "no options", "no checkboxes",
    ]

    func selecting(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to select") }
        if Self.nothing.contains(rest.key) {
            return [
                .select(
                    TargetList(whole: TargetGrammar.target(rest), parts: []),
                    from: place.map { TargetGrammar.target($0.phrase) } ?? .unnamed
                )
            ]
        }
        if let until = UntilGrammar.split(rest) { return [.reveal(.expand, until: placed(until.target))] }
        // "select A from X and B from Y"
        let parts = rest.listed()
        if parts.count > 1, parts.allSatisfy({ $0.trimmed.split(atLast: ["from", "for", "as"]) != nil }),
            parts.count < 30
        {
            var actions: [Instruction.Action] = []
            for part in parts { actions += try choosing(part.trimmed) }
            return actions
        }
        return try choosing(rest)
    }

    private func choosing(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        let path = PathGrammar.steps(rest)
        if path.count > 1 {
            return path.map { .click(TargetList(placed(TargetGrammar.target($0)))) }
        }
        // "5 with the slider": a number is set, not chosen.
        if let (value, control) = rest.split(atLast: ["with", "using", "on", "via"]),
            Nouns.role(atEndOf: control)?.role == .slider
        {
            return [.fill(placed(TargetGrammar.target(control)), content(value, verb: "type"))]
        }
        // "12 March 2026 as the date", "3 pm for the time", "the date 12 March 2026"
        if let (value, field) = rest.split(atLast: ["as", "for"]), DateText.isDateOrTime(value.text) {
            return [.fill(placed(TargetGrammar.target(field)), .text(value.text))]
        }
        if let (field, value) = FieldNouns.split(rest.withoutArticle), DateText.isDateOrTime(value.text) {
            return [.fill(placed(TargetGrammar.target(field)), .text(value.text))]
        }
        if DateText.isDateOrTime(rest.text) {
            return [
                .fill(TargetGrammar.target(Phrase(DateText.time(rest.text) != nil ? "time" : "date")), .text(rest.text))
            ]
        }
        if let (options, list) = listed(rest) {
            return [.select(TargetGrammar.list(options), from: placed(TargetGrammar.target(list)))]
        }
        if let place,
            Nouns.role(atEndOf: place.phrase)?.role == .list || Nouns.role(atEndOf: place.phrase)?.role == .field
        {
            return [.select(TargetGrammar.list(rest), from: TargetGrammar.target(place.phrase))]
        }
        return [.select(placed(TargetGrammar.list(rest)), from: .unnamed)]
    }

    /// "Green from Colour", "Green as the colour", "Green in the Colour list".
    private func listed(_ rest: Phrase) -> (Phrase, Phrase)? {
        // A list of the whole kind is where things are; a row or a section is a part of the description.
        func isList(_ place: Phrase) -> Bool {
            guard let kind = Nouns.role(atEndOf: place)?.role else { return true }
            return [.list, .field, .menu, .option].contains(kind)
        }
        if let (options, list) = rest.split(atLast: ["from", "as"]), isList(list) { return (options, list) }
        if let (options, list) = rest.split(atLast: ["for", "in", "under", "on"]), isList(list) {
            let isKind = Nouns.role(atEndOf: list) != nil
            let isNamed =
                isKind || list.isQuotation || Phrase.articles.contains(list.first?.key ?? "") || options.isQuotation
            let isChoice =
                Nouns.role(atEndOf: options).map {
                    [.checkbox, .radio, .tab, .button, .link, .option].contains($0.role) && options.count > 1
                } ?? false
            if isNamed, !isChoice || isKind { return (options, list) }
            if options.count < 4, !isChoice, rest.tokens[list.tokens.startIndex - 1].key != "on" {
                return (options, list)
            }
        }
        return nil
    }

    func expanding(_ rest: Phrase, _ isExpanded: Bool) throws(NotUnderstood) -> [Instruction.Action] {
        if isExpanded, let until = UntilGrammar.split(rest) { return [.reveal(.expand, until: placed(until.target))] }
        return [.setExpanded(try element(rest, "what to \(isExpanded ? "expand" : "collapse")"), isExpanded)]
    }

    func closing(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        if let tab = TabGrammar.browserTab(rest) { return [.closeTab(tab)] }
        let plain = rest.withoutArticle
        if DialogGrammar.isNativeDialog(plain) {
            return [.answerDialogs(accept: false, text: nil, isOnlyIfAsked: false)]
        }
        if let kind = Nouns.role(atEndOf: plain)?.role, [.section, .menu].contains(kind), plain.key != "menu" || true,
            kind == .section
        {
            return [.setExpanded(placed(TargetGrammar.target(rest)), false)]
        }
        return [.close(rest.isEmpty ? .unnamed : placed(TargetGrammar.target(rest)))]
    }

    func accepting(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        let isYes = !["decline", "reject", "deny"].contains(opening.key)
        var rest = rest
        var text: String?
        if let (head, answer) = rest.split(atLast: ["with"]), DialogGrammar.isNativeDialog(head.withoutArticle) {
            (rest, text) = (head, answer.text)
        }
        if DialogGrammar.isNativeDialog(rest.withoutArticle) {
            return [.answerDialogs(accept: isYes, text: text, isOnlyIfAsked: false)]
        }
        return buttonNamed(opening, rest)
    }

    func answering(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what to answer") }
        guard let action = DialogGrammar.answer(rest, isOnlyIfAsked: isIfAsked) else { throw .unknown }
        return [action]
    }

    /// The answer to a question that the page may ask: "answer no", "enter Bob", "click OK".
    func dialogAnswer(_ phrase: Phrase, isOnlyIfAsked: Bool) -> Instruction.Action? {
        guard let (verb, opening, rest) = Verb.match(phrase) else {
            return DialogGrammar.answer(phrase, isOnlyIfAsked: isOnlyIfAsked)
        }
        switch verb {
        case .answer: return DialogGrammar.answer(rest, isOnlyIfAsked: isOnlyIfAsked)
        case .click, .press, .select:
            // Only what the browser's own dialogs have.
            let answer = DialogGrammar.answer(rest, isOnlyIfAsked: isOnlyIfAsked)
            if case .answerDialogs(_, nil, _)? = answer { return answer }
            return nil
        case .type:
            guard !rest.isEmpty else { return nil }
            return DialogGrammar.answer(rest, isOnlyIfAsked: isOnlyIfAsked)
        case .accept:
            let isYes = !["decline", "reject", "deny"].contains(opening.key)
            return .answerDialogs(accept: isYes, text: nil, isOnlyIfAsked: isOnlyIfAsked)
        case .close: return .answerDialogs(accept: false, text: nil, isOnlyIfAsked: isOnlyIfAsked)
        case .button where opening.key == "cancel":
            return .answerDialogs(accept: false, text: nil, isOnlyIfAsked: isOnlyIfAsked)
        default: return nil
        }
    }
}

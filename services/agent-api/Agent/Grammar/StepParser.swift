//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Why a step was not understood; completes "step 2, "…", ".
struct NotUnderstood: Error {
    var reason: String

    static var unknown: NotUnderstood {
        NotUnderstood(reason: "is not understood; understood are: \(InstructionPlanner.vocabulary)")
    }

    /// - Parameter what: completes "does not say ".
    static func missing(_ what: String) -> NotUnderstood { NotUnderstood(reason: "does not say \(what)") }
}

/// Reads one step. Its rules are in extensions, a file for each group of verbs; ``Verb`` says which words lead where.
struct StepParser {
    /// What a step turned out to be.
    enum Outcome {
        /// One thing to do or several, one after the other.
        case actions([Instruction.Action])
        /// Where the next step is to be done: "in the row of Ada, …".
        case place(Phrase, ElementScope)
        /// What must be so for the next step: "if a banner appears, …".
        case condition(Condition)
        /// "When asked, …": the next step says what to answer.
        case ifAsked
        /// What is said for the sake of politeness or explanation.
        case nothing
    }

    /// Where the step is to be done, when the step before said it.
    var place: (phrase: Phrase, scope: ElementScope)?
    /// Whether the step says how to answer the page's question.
    var isIfAsked = false
    /// Whether another step follows, to which a part of a sentence can belong.
    var hasNext = false

    func parse(_ phrase: Phrase) throws(NotUnderstood) -> Outcome {
        let phrase = byMeans(phrase)
        if isIfAsked, let answer = dialogAnswer(phrase, isOnlyIfAsked: true) { return .actions([answer]) }
        // "When the dialog appears, click No thanks": one that the page has painted.
        if let (verb, opening, rest) = Verb.match(phrase) {
            if let outcome = try preparation(verb, rest) { return outcome }
            return .actions(try actions(verb, opening, rest.trimmed, of: phrase))
        }
        return try withoutVerb(phrase)
    }

    private func actions(
        _ verb: Verb,
        _ opening: Phrase,
        _ rest: Phrase,
        of phrase: Phrase
    ) throws(NotUnderstood) -> [Instruction.Action] {
        switch verb {
        case .navigate: try navigating(rest, opening)
        case .back: try goingBack(rest)
        case .forward: [.history(1)]
        case .reload: try reloading(rest)
        case .search: try searching(rest)
        case .click: try clicking(rest)
        case .doubleClick: [.doubleClick(try element(rest, "what to double-click"))]
        case .rightClick: [.rightClick(try element(rest, "what to right-click"))]
        case .hover: [.hover(try element(rest, "what to hover over"))]
        case .drag: try dragging(rest)
        case .focus: [.focus(try element(rest, "what to focus"))]
        case .press: try pressing(rest)
        case .submit: try submitting(rest, opening)
        case .type: try typing(rest, opening)
        case .fill: try filling(rest, opening)
        case .clear: [.fill(try element(rest, "what to clear"), .text(""))]
        case .use: try using(rest)
        case .add: try adding(rest, opening)
        case .paste: try pasting(rest)
        case .check: try checking(rest, true)
        case .uncheck: try checking(rest, false)
        case .toggle: try checking(rest, nil)
        case .deselect: try checking(rest, false)
        case .mark: try marking(rest)
        case .turn: try turning(rest, opening)
        case .select: try selecting(rest)
        case .expand: try expanding(rest, true)
        case .collapse: try expanding(rest, false)
        case .switchTo: try switching(rest, opening)
        case .close: try closing(rest)
        case .accept: try accepting(rest, opening)
        case .answer: try answering(rest)
        case .wait: try waiting(rest, opening)
        case .expect: try expecting(rest)
        case .ensure: try ensuring(rest)
        case .scroll: try scrolling(rest, opening)
        case .read: try reading(rest, opening)
        case .ask: [.read(QueryGrammar.question(phrase))]
        case .count: try counting(rest)
        case .find: try finding(rest)
        case .copy: try copying(rest)
        case .upload: try uploading(rest)
        case .download: try downloading(rest)
        case .logIn: try loggingIn(rest, opening)
        case .button: buttonNamed(opening, rest)
        case .buttonOf: try buttonOf(opening, rest)
        case .when, .whether: throw .unknown
        }
    }

    /// "When asked", "if a banner appears", "once the list has loaded".
    private func preparation(_ verb: Verb, _ rest: Phrase) throws(NotUnderstood) -> Outcome? {
        guard verb == .when || verb == .whether else { return nil }
        let rest = rest.trimmed
        guard !rest.isEmpty else { throw .missing(verb == .when ? "when" : "what must be so") }
        if ConditionGrammar.isAboutDialog(rest) { return .ifAsked }
        let condition = try ConditionGrammar.condition(rest)
        return verb == .when ? .actions([.wait(condition)]) : .condition(condition)
    }

    private func withoutVerb(_ phrase: Phrase) throws(NotUnderstood) -> Outcome {
        guard let first = phrase.first else { return .nothing }
        if first.kind != .mark, phrase.count == 1, AddressGrammar.isAddress(first) {
            return .actions([.navigate(first.text)])
        }
        if ["on", "at", "in", "under", "for", "from", "within", "inside", "into", "next", "below", "using", "with"]
            .contains(first.key), phrase.count > 1
        {
            // "on example.com search for cats"
            if let second = phrase[1], AddressGrammar.isAddress(second) {
                var parser = self
                parser.place = nil
                let rest = phrase.dropFirst(2).trimmed
                if rest.isEmpty { return .actions([.navigate(second.text)]) }
                if case .actions(let more) = try parser.parse(Chatter.stripped(rest)) {
                    return .actions([.navigate(second.text)] + more)
                }
            }
            guard hasNext else { throw .unknown }
            let relation: ElementScope.Relation =
                ["under", "below"].contains(first.key) ? .below : first.key == "next" ? .near : .inside
            let place = phrase.dropFirst(phrase.hasPrefix("next", "to") ? 2 : 1)
            guard let scope = LocationGrammar.scopes(relation, place).first else { throw .unknown }
            return .place(place, scope)
        }
        if first.key == "to" || phrase.hasPrefix("in", "order", "to"), hasNext { return .nothing }
        // "The status should be Paid" asks for a check; "the weather is nice" says something.
        if let condition = ConditionGrammar.claim(phrase) {
            let isDemand = phrase.contains { ["should", "must"].contains($0.key) }
            if case .shows = condition.fact { return .actions([.expect(condition)]) }
            if isDemand { return .actions([.expect(condition)]) }
        }
        throw .unknown
    }

    /// "Close the dialog by clicking the x" is a click.
    private func byMeans(_ phrase: Phrase) -> Phrase {
        for offset in 1..<max(phrase.count, 1) {
            guard let by = phrase[offset], by.key == "by" || by.key == "via", let gerund = phrase[offset + 1] else {
                continue
            }
            guard let verb = Self.gerunds[gerund.key] else { continue }
            var tokens = Array(phrase.dropFirst(offset + 1).tokens)
            tokens[0].key = verb
            tokens[0].text = verb
            return Phrase(tokens[...])
        }
        return phrase
    }

    private static let gerunds = [
        "clicking": "click", "pressing": "press", "tapping": "tap", "selecting": "select", "choosing": "choose",
        "typing": "type", "entering": "enter", "checking": "check", "hitting": "hit", "hovering": "hover",
        "using": "use", "visiting": "visit", "opening": "open", "scrolling": "scroll",
    ]

    /// Reads a target that must be there; an unnamed one is where the step before said.
    func element(_ phrase: Phrase, _ what: String) throws(NotUnderstood) -> Target {
        if phrase.trimmed.isEmpty {
            guard let place else { throw .missing(what) }
            return TargetGrammar.target(place.phrase)
        }
        return placed(TargetGrammar.target(phrase))
    }

    func placed(_ target: Target) -> Target {
        guard let place, !target.isPronoun else { return target }
        return target.within(place.scope)
    }

    func placed(_ list: TargetList) -> TargetList {
        TargetList(whole: placed(list.whole), parts: list.parts.map(placed))
    }
}

/// Which words are addresses.
enum AddressGrammar {
    static func isAddress(_ token: Token) -> Bool {
        token.kind != .mark && (Address.isLikely(token.text) || isPath(token))
    }

    static func isPath(_ token: Token) -> Bool {
        token.kind != .mark && token.text.hasPrefix("/") && token.text.utf8.count > 1
    }
}

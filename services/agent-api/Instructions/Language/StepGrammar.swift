//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what the clauses of a task ask for.
struct StepGrammar {
    let clauses: [ClauseSplitter.Clause]
    var steps: [Step] = []
    /// The verb that a bare noun after "then" takes over.
    var lastVerb: (verb: Verb, phrase: Phrase)?
    /// What "in the row of Ada, …" says for the rest of its sentence.
    var scope: Target?

    static let wordsAtMost = 200

    private init(_ task: String) { clauses = ClauseSplitter(RecordedTask.withoutComments(task)).clauses }

    /// The steps of a task.
    static func steps(of task: String) -> [Step] {
        var grammar = StepGrammar(task)
        for index in grammar.clauses.indices { grammar.read(index) }
        return grammar.steps.enumerated().map { grammar.withoutButton(grammar.typing($1, $0), $0) }
    }

    mutating func read(_ index: Int) {
        let clause = clauses[index]
        if !clause.continues { scope = nil }
        guard
            clause.phrase.count <= Self.wordsAtMost * 2
                || clause.phrase.prefix(Self.wordsAtMost).offset(ofMark: ":") != nil
        else {
            steps.append(Step(spoken: clause.phrase.written, deeds: [], isKnown: false))
            return
        }
        var phrase = VerbGrammar.plain(clause.phrase)
        guard !phrase.isEmpty, !Chatter.isChatter(phrase) else { return }
        var isOtherwise = false
        if phrase.starts("otherwise", "else", "if not"), phrase.count > 1 {
            isOtherwise = true
            phrase = VerbGrammar.plain(phrase.dropping(phrase.starts("if not") ? 2 : 1))
        }
        let first = steps.count
        if let deed = HumanGrammar.deed(phrase) {
            steps.append(Step(spoken: phrase.written, deeds: [deed]))
        } else if let answer = Self.whenAsked(phrase) {
            var step = Step(spoken: phrase.written, deeds: [answer])
            step.isAhead = phrase.starts("when", "if")
            steps.append(step)
        } else if let (condition, kind, rest) = leadingCondition(phrase) {
            if kind == .waits {
                steps.append(Step(spoken: phrase.written, deeds: [.waitUntil(condition, limit: nil)]))
                readClause(VerbGrammar.plain(rest))
            } else {
                for part in ClauseSplitter.parts(of: rest) { readClause(VerbGrammar.plain(part)) }
                for step in steps.indices.dropFirst(first) {
                    steps[step].condition = kind == .negated ? .not(condition) : condition
                }
            }
        } else if let (condition, rest) = trailingCondition(phrase) {
            readClause(rest)
            if steps.count > first { steps[steps.count - 1].condition = condition }
        } else {
            readClause(phrase)
        }
        for step in steps.indices.dropFirst(first) { steps[step].isOtherwise = isOtherwise }
        join(index, first)
    }

    // MARK: A clause

    mutating func readClause(_ clause: Phrase) {
        let first = steps.count
        defer {
            for index in steps.indices.dropFirst(first) where steps[index].secrets.isEmpty {
                steps[index].secrets = SecretWords.secrets(in: clause, typedBy: steps[index].deeds)
            }
        }
        var phrase = VerbGrammar.plain(clause)
        guard !phrase.isEmpty, !Chatter.isChatter(phrase) else { return }
        var isConfirmed = false
        if let note = phrase.offset(ofMark: "("), note > 0, note + 1 < phrase.count,
            Chatter.isChatter(phrase.dropping(note + 1).trimmed)
        {
            isConfirmed = ["yes", "really"].contains(phrase[note + 1]?.word ?? "")
            phrase = phrase.prefix(note).trimmed
        }
        let spoken = phrase.written
        // No step has as many words, but for a text behind a colon. It keeps the time for a task in proportion to its length.
        if phrase.count > Self.wordsAtMost, phrase.prefix(Self.wordsAtMost).offset(ofMark: ":") == nil {
            steps.append(Step(spoken: spoken, deeds: [], isKnown: false))
            return
        }
        // "Use the textbox to enter X", "Using the editor, make …": the place, and what is done there.
        if let (place, rest) = Self.instrument(phrase) {
            let first = steps.count
            readClause(rest)
            for index in steps.indices.dropFirst(first) {
                steps[index].deeds = steps[index].deeds.map { deed in
                    if case .expand(let thing, true) = deed,
                        let menu = place.readings.first(where: { $0.kind == .menu }),
                        let name = menu.name
                    {
                        return .path([Target(spoken: name.text, readings: [Reading(name: name, isWhole: true)]), thing])
                    }
                    if case .type(let value, let field, let mode) = deed, field.isEmpty {
                        return .type(value, into: place, mode: mode)
                    }
                    return deed.within(place)
                }
            }
            return
        }
        // "by clicking the x": how it is done is what is done.
        if let by = phrase.lastOffset(of: "by clicking", "by pressing", "by tapping"), by > 1 {
            let button = phrase.dropping(phrase[by + 2]?.word == "on" ? by + 3 : by + 2)
            let thing = TargetGrammar.target(phrase.range(1..<by))
            let control = TargetGrammar.target(button)
            if !button.isEmpty, !thing.isEmpty {
                let near = Deed.click(control, Deed.Press()).within(thing)
                let isBox = thing.isPronoun || thing.readings.contains { $0.kind == .dialog && $0.name == nil }
                steps.append(
                    Step(spoken: spoken, deeds: isBox ? [near, .click(control, Deed.Press())] : [near])
                )
                return
            }
        }
        // "with the star icon": the same.
        if let with = phrase.lastOffset(of: "with the", "using the", "via the"), with > 1,
            ["icon", "button", "link"].contains(phrase.last?.word ?? ""), phrase.count - with <= 5
        {
            var thing = phrase.range(1..<with)
            if let role = thing.lastOffset(of: "as"), role > 0 { thing = thing.prefix(role) }
            let near = Deed.click(TargetGrammar.target(phrase.dropping(with + 1)), Deed.Press())
            steps.append(Step(spoken: spoken, deeds: [near.within(TargetGrammar.target(thing))]))
            return
        }
        // "Expand the sections below until you find X": what is looked for; the way there is found.
        if let (words, offset) = Self.wayTo(phrase) {
            let rest = phrase.dropping(offset + words)
            if rest.isEmpty { return }
            phrase = VerbGrammar.verb(rest) == nil ? Self.finding(rest) : rest
        }
        for words in ["to find and", "and find and", "until you find and"] {
            if let offset = phrase.offset(of: words), offset > 0,
                VerbGrammar.verb(phrase.dropping(offset + words.split(separator: " ").count)) != nil
            {
                phrase = phrase.dropping(offset + words.split(separator: " ").count)
                break
            }
        }
        // "On the Address tab, …": the tab is shown first, and then what is in it is used.
        if let (tab, rest) = Self.onTab(phrase) {
            steps.append(Step(spoken: tab.spoken, deeds: [.choose(tab, in: nil, .one)]))
            phrase = VerbGrammar.plain(rest)
        }
        let isScopedBefore = scope != nil
        if let (place, rest) = Self.fronted(phrase) {
            scope = place
            phrase = VerbGrammar.plain(rest)
            if phrase.isEmpty { return }
        }
        if let address = Addresses.only(in: phrase) {
            steps.append(Step(spoken: spoken, deeds: [.go(address, newTab: phrase.ends("in a new tab", "in new tab"))]))
            return
        }
        if Chatter.isForbidden(phrase) {
            if let button = Self.refusing(phrase), !steps.isEmpty {
                var step = Step(spoken: spoken, deeds: [.click(button, Deed.Press())])
                step.isOptional = true
                steps.append(step)
            }
            return
        }
        // "Leave the Company field empty": nothing is done, but it has to be so.
        if phrase.starts("leave"), phrase.ends("empty"), phrase.count > 2 {
            let field = TargetGrammar.target(phrase.dropping(1).droppingLast())
            steps.append(Step(spoken: spoken, deeds: [.verify(.state(field, .empty))]))
            return
        }
        let times = Self.times(&phrase)
        // "so that only they are selected" is part of the choice; what else is to be so then is checked.
        var purpose: Condition?
        var isOnly = false
        if let so = phrase.offset(of: "so that", "such that"), so > 1,
            !["drag", "move", "resize"].contains(phrase.first?.word ?? "")
        {
            let rest = phrase.dropping(so + 2)
            isOnly =
                rest.first?.word == "only" && rest.offset(of: "they", "these", "those", "it", "this") == 1
                && rest.dropping(2).words.allSatisfy {
                    ["is", "are", "selected", "checked", "chosen", "ticked", "on"].contains($0)
                }
            if !isOnly {
                purpose = ConditionGrammar.condition(rest)
                guard purpose != nil else {
                    steps.append(Step(spoken: spoken, deeds: [], isKnown: false))
                    return
                }
            }
            phrase = phrase.prefix(so).trimmed
        }
        let found = VerbGrammar.verb(phrase)
        var deeds: [Deed] = []
        var isKnown = true
        if let (verb, length) = found {
            deeds = DeedGrammar.deeds(verb, word: phrase.prefix(length), phrase.dropping(length), whole: phrase)
            lastVerb = (verb, phrase.prefix(length))
        } else if !Words.deeds.contains(phrase.first?.word ?? ""), let (verb, word) = lastVerb, !steps.isEmpty,
            DeedGrammar.carriesOver(verb), isBareNoun(phrase)
        {
            deeds = DeedGrammar.deeds(verb, word: word, phrase, whole: phrase) + DeedGrammar.statement(phrase)
        } else {
            deeds = DeedGrammar.statement(phrase)
            isKnown =
                Words.deeds.contains(phrase.first?.word ?? "") || DeedGrammar.isStatement(phrase)
                || ChoiceGrammar.switched(phrase) != nil
        }
        if isOnly {
            deeds = deeds.compactMap { deed in
                switch deed {
                case .check(let target, true): .choose(target, in: nil, .only)
                case .choose(let target, let list, .one): .choose(target, in: list, .only)
                default: nil
                }
            }
        }
        if let scope {
            // "In the Phone field, type 030": into that field.
            if !isScopedBefore, scope.readings.contains(where: { $0.kind == .field }),
                let typing = deeds.lazy.compactMap({ deed -> Deed? in
                    guard case .type(let value, let field, let mode) = deed, field.isEmpty else { return nil }
                    return .type(value, into: scope, mode: mode)
                }).first
            {
                deeds.insert(typing, at: 0)
                self.scope = nil
            }
            // What is answered in a dialog may be one of the browser.
            let isDialog = scope.readings.contains { $0.kind == .dialog && $0.name == nil }
            let answers = deeds.compactMap { deed -> Deed? in
                guard isDialog, case .click(let target, _) = deed,
                    let accept = Words.dialogAnswers[target.spoken.lowercased()]
                else { return nil }
                return .answer(accept: accept, text: nil)
            }
            // What follows in the sentence may be elsewhere.
            // "In the Edit menu click Undo": the menu may have to be opened first.
            let menu = scope.readings.first { $0.kind == .menu && $0.name != nil }?.name
            let paths = deeds.compactMap { deed -> Deed? in
                guard let menu, case .click(let target, _) = deed else { return nil }
                let names = [Reading(name: menu, isWhole: true), Reading(name: menu)]
                return .path([Target(spoken: menu.text, readings: names), target])
            }
            deeds =
                self.scope == nil
                ? deeds : answers + deeds.map { $0.within(scope) } + paths + (isScopedBefore ? deeds : [])
        }
        steps.append(
            Step(
                spoken: spoken,
                deeds: deeds,
                exact: scope == nil && !isOnly ? found.flatMap { DeedGrammar.exact($0.verb, phrase) } : nil,
                times: times,
                isKnown: isKnown
            )
        )
        if let purpose { steps.append(Step(spoken: spoken, deeds: [.verify(purpose)])) }
        if isConfirmed {
            var answer = Step(spoken: "yes", deeds: [.answer(accept: true, text: nil)])
            answer.isOptional = true
            steps.append(answer)
        }
    }
}

extension ClauseSplitter {
    /// The clauses of a part of a task.
    static func parts(of phrase: Phrase) -> [Phrase] { ClauseSplitter(phrase).split(phrase) }

    private init(_ phrase: Phrase) { self.init(tokens: [], source: phrase.source) }
}

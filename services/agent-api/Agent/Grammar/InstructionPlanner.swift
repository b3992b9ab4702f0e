//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Turns a task in plain English into steps, without a model.
///
/// It understands a fixed set of sentences, and says so when it meets another: it never guesses what a verb means, and
/// nothing of a task is dropped but what people say for the sake of politeness.
package struct InstructionPlanner: Sendable {
    /// The most characters that a task may have.
    package static let maximumLength = 20_000

    /// The most words and marks of a step. A quotation counts as one.
    ///
    /// How a long phrase is best understood takes time that grows with the square of its length, so that its length needs a bound.
    static let maximumStepLength = 400

    /// What it understands, in one line for people.
    package static let vocabulary = """
        go to ADDRESS; search for TEXT; click NAME; type TEXT into FIELD; press KEY; check or uncheck NAME; \
        select OPTION from LIST; expand SECTION; wait for TEXT; wait 2 seconds; scroll down or to NAME; \
        switch to the second tab; go back; reload; copy WHAT into FIELD; upload FILE; download NAME; answer yes; \
        read WHAT of WHICH; how many ITEMS are there; make sure the page shows TEXT
        """

    package init() {}

    /// Splits a task into steps and reads each. It stops where the Swift task that it runs in is cancelled.
    ///
    /// - Throws: ``InstructionError`` that names the step that is not understood.
    package func plan(_ task: String) throws(InstructionError) -> [Instruction] {
        guard task.utf8.count <= Self.maximumLength * 4, task.count <= Self.maximumLength else {
            throw InstructionError("the task is longer than \(Self.maximumLength) characters")
        }
        let phrases = StepSplitter.steps(of: Tokenizer.tokens(of: task))
        if let long = phrases.first(where: { $0.phrase.count > Self.maximumStepLength }) {
            throw InstructionError(
                "the step that begins with \"\(Secret.masked(long.phrase.prefix(8).text))\" has \(long.phrase.count) words; a step has at most \(Self.maximumStepLength), where a text in quotation marks counts as one"
            )
        }
        let steps =
            phrases
            .map { (phrase: Chatter.stripped($0.phrase), isOpenEnded: $0.isOpenEnded) }
            .filter { !$0.phrase.isEmpty && ($0.phrase.count > 8 || !isPrelude($0.phrase)) }
        guard !steps.isEmpty else { throw InstructionError("the task is empty; understood are: \(Self.vocabulary)") }
        var plan = Plan()
        for (index, step) in steps.enumerated() {
            if Task.isCancelled { throw InstructionError("it was cancelled before it was read to its end") }
            do {
                try plan.add(step.phrase, isLast: index + 1 == steps.count, isOpenEnded: step.isOpenEnded)
            } catch {
                let source = step.phrase.text
                throw InstructionError(
                    "step \(index + 1), \"\(Secret.masked(source))\", \(error.reason)",
                    step: index + 1,
                    source: source
                )
            }
        }
        return plan.instructions
    }

    private func isPrelude(_ phrase: Phrase) -> Bool { Verb.match(phrase) == nil && Chatter.isPrelude(phrase) }
}

/// The steps so far, and what one step says of the next.
private struct Plan {
    var instructions: [Instruction] = []
    private var place: (phrase: Phrase, scope: ElementScope)?
    private var condition: Condition?
    private var isIfAsked = false
    private var isInForm = false
    /// The step before, when only "and" parts it from this one.
    private var openEnded: Phrase?

    mutating func add(_ phrase: Phrase, isLast: Bool, isOpenEnded: Bool) throws(NotUnderstood) {
        if let outcome = try formLine(phrase, isLast: isLast) { return append(outcome, phrase) }
        let parser = StepParser(place: place, isIfAsked: isIfAsked, hasNext: !isLast)
        switch try parser.parse(phrase) {
        case .place(let phrase, let scope): place = (phrase, scope)
        case .condition(let condition): self.condition = condition
        case .ifAsked: isIfAsked = true
        case .nothing: break
        case .actions(let actions):
            append(actions, phrase)
            if isOpenEnded { openEnded = phrase }
            return
        }
        guard !isLast else { throw .unknown }
    }

    private mutating func append(_ actions: [Instruction.Action], _ phrase: Phrase) {
        // "Save and close" may be one button.
        if let before = openEnded, let last = instructions.indices.last, before.count + phrase.count < 7,
            case .click = instructions[last].action
        {
            var name = before
            if let verb = Verb.match(before), verb.verb == .click { name = verb.rest }
            let whole = name.withoutArticle.text + " and " + phrase.text
            instructions[last].joined = Target(ElementDescription(name: whole), spoken: whole)
        }
        openEnded = nil
        for action in actions {
            completeReveal(with: action)
            instructions.append(Instruction(source: phrase.text, action: action, condition: condition))
        }
        place = nil
        condition = nil
        isIfAsked = false
    }

    /// "Expand the sections to find and click X": what is looked for is said by the step that follows.
    private mutating func completeReveal(with action: Instruction.Action) {
        guard let last = instructions.indices.last, case .reveal(let means, let until) = instructions[last].action,
            until.isUnnamed, let target = action.target
        else { return }
        instructions[last].action = .reveal(means, until: target)
    }

    /// "Fill in the form:" and then lines such as "Email: ada@example.com".
    private mutating func formLine(_ phrase: Phrase, isLast: Bool) throws(NotUnderstood) -> [Instruction.Action]? {
        let headers: Set<String> = [
            "the form", "the following", "out the form", "the fields", "the following fields", "the form as follows",
            "the following values", "the details", "the following details", "form", "the form with the following",
            "the form with", "the form with these values", "the following data", "the form with the following values",
            "these values", "the form below", "this form", "the form with the following details",
            "the form with the following data", "the contact form", "the form like this",
        ]
        if let verb = Verb.match(phrase), verb.verb == .fill || verb.verb == .type,
            headers.contains(verb.rest.trimmed.key), !isLast
        {
            isInForm = true
            return []
        }
        guard isInForm else { return nil }
        if let place = phrase.place(of: ":") ?? phrase.place(of: "="), place > 0, place < 7, place + 1 < phrase.count,
            Verb.match(phrase)?.verb != .click
        {
            let field = TargetGrammar.target(phrase.prefix(place))
            return [.fill(field, .text(phrase.dropFirst(place + 1).text))]
        }
        if let (field, content) = FieldNouns.split(phrase.withoutArticle) {
            return [.fill(TargetGrammar.target(field), .text(content.text))]
        }
        isInForm = false
        return nil
    }
}

/// Why a task cannot be carried out as it is written.
package struct InstructionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what would be understood.
    package var description: String
    /// The number of the step that is not understood, from 1.
    package var step: Int?
    /// Its words.
    package var source: String?

    init(_ description: String, step: Int? = nil, source: String? = nil) {
        self.description = description
        self.step = step
        self.source = source
    }
}

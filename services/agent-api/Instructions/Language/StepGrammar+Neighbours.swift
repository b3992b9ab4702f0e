//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a step means beside the steps around it.
extension StepGrammar {
    /// "Solve the problem" where nothing is said of the answer: it is typed.
    func typing(_ step: Step, _ index: Int) -> Step {
        guard step.deeds == [.copy(.computed)] else { return step }
        let isUsed = steps.dropFirst(index + 1).contains { later in
            later.deeds.contains { deed in
                switch deed {
                case .type(.remembered, _, _), .assign(_, .remembered), .type(.computed, _, _), .read(.result): true
                default: false
                }
            }
        }
        guard !isUsed else { return step }
        var step = step
        step.deeds = [.type(.computed, into: .nothing, mode: .replace)]
        return step
    }

    /// "Sign up as Ada, agree to the terms and create the account": the button comes at the end.
    func withoutButton(_ step: Step, _ index: Int) -> Step {
        guard case .several(let deeds) = step.deeds.first, deeds.count > 1, case .act(let act) = deeds.last,
            ["sign", "register", "log"].contains(act.words[0])
        else { return step }
        let ends: Set<String> = ["create", "register", "submit", "sign", "join", "send", "continue", "log", "next"]
        let later = steps.dropFirst(index + 1).prefix(4).contains { later in
            later.deeds.contains { deed in
                switch deed {
                case .act(let act): ends.contains(act.words[0])
                case .click(let target, _):
                    target.spoken.split(separator: " ").first.map { ends.contains($0.lowercased()) } ?? false
                case .submit: true
                default: false
                }
            }
        }
        guard later else { return step }
        var step = step
        step.deeds[0] = .several(deeds.dropLast())
        return step
    }

    /// "click Save and Close" may be one button.
    mutating func join(_ index: Int, _ first: Int) {
        guard clauses[index].continues, index > 0, first > 0, steps.count == first + 1 else { return }
        let before = clauses[index - 1].phrase
        guard let start = before.first, let end = clauses[index].phrase.last,
            let (verb, length) = VerbGrammar.verb(before), verb == .click || verb == .press,
            clauses[index].phrase.count <= 3
        else { return }
        let source = before.source
        let tokens = Tokenizer.tokens(
            of: String(decoding: source[start.range.lowerBound..<end.range.upperBound], as: UTF8.self)
        )
        let whole = Phrase(tokens: tokens[...], source: Array(source[start.range.lowerBound..<end.range.upperBound]))
            .dropping(length)
        steps[first - 1].joined = [
            .click(Target(spoken: whole.text, readings: [Reading(name: Name(whole.text), isWhole: true)]), Deed.Press())
        ]
    }
}

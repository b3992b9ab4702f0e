//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// "… until you find X", "… to find X".
enum UntilGrammar {
    private static let openings: PhraseSet = [
        "until you find", "until you see", "until you can see", "till you find", "till you see", "until", "till",
        "to find", "in order to find", "to look for", "and find", "looking for", "to search for", "so you can find",
        "to locate", "to reveal", "to show", "to get to", "until there is",
        "until you reach", "until you get to", "to see",
    ]

    /// What stands before "until", and what is looked for; unnamed where the next step says it.
    static func split(_ phrase: Phrase) -> (head: Phrase, target: Target)? {
        for offset in 0..<phrase.count {
            let rest = phrase.dropFirst(offset)
            let length = openings.length(at: rest)
            guard length > 0,
                offset > 0 || rest.first?.key == "until" || rest.first?.key == "till" || rest.first?.key == "to"
            else { continue }
            let goal = rest.dropFirst(length).trimmed
            let head = phrase.prefix(offset).trimmed
            if goal.isEmpty || ["it", "and"].contains(goal.key) { return (head, .unnamed) }
            if case .shows(let target)? = ConditionGrammar.claim(goal)?.fact { return (head, target) }
            return (head, ConditionGrammar.text(goal))
        }
        return nil
    }

    /// The same for any condition.
    static func condition(_ phrase: Phrase) -> (head: Phrase, condition: Condition)? {
        guard let place = phrase.tokens.firstIndex(where: { ["until", "till"].contains($0.key) }),
            place > phrase.tokens.startIndex
        else { return nil }
        let head = Phrase(phrase.tokens[..<place]).trimmed
        var goal = Phrase(phrase.tokens[(place + 1)...]).trimmed
        if goal.hasPrefix("you", "find"), goal.count > 2 { goal = goal.dropFirst(2) }
        guard let condition = try? ConditionGrammar.condition(goal) else { return nil }
        return (head, condition)
    }
}

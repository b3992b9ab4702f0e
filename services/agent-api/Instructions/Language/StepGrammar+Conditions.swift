//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Conditions before and behind a step, and answers to what a page asks.
extension StepGrammar {
    enum ConditionKind { case holds, negated, waits }

    /// "when the page asks, keep it", "cancel when you are asked": how a dialog is answered.
    static func whenAsked(_ phrase: Phrase) -> Deed? {
        let asks = [
            "when asked", "if asked", "when the page asks", "when it asks", "when you are asked", "if the page asks",
            "if you are asked", "if it asks", "when prompted", "when asked to confirm",
        ]
        var answer: Phrase?
        for words in asks {
            let length = words.split(separator: " ").count
            if phrase.starts(words) {
                // "when prompted for the name, enter plan.md"
                let comma = phrase.offset(ofMark: ",").map { $0 < 8 ? $0 + 1 : length } ?? length
                answer = phrase.dropping(max(length, comma))
            }
            if phrase.ends(words) { answer = phrase.prefix(phrase.count - length) }
        }
        guard var answer = answer?.trimmed, !answer.isEmpty else { return nil }
        while answer.count > 1, let word = answer.first?.word,
            [
                "say", "answer", "enter", "type", "give", "click", "press", "choose", "select", "then", "but", "the",
                "with",
            ].contains(word)
        { answer = answer.dropping(1) }
        let objects: Set<String> = [
            "it", "that", "this", "them", "the", "dialog", "alert", "question", "prompt", "confirmation", "deletion",
            "to",
            "with", "yes", "no", "ok", "button", "everything", "all", "and", "by", "clicking", "cancel", "keep",
        ]
        if answer.count > 1, !answer.dropping(1).words.allSatisfy(objects.contains) { return nil }
        switch answer.first?.word ?? "" {
        case "ok", "okay", "yes", "confirm", "accept", "agree": return .answer(accept: true, text: nil)
        case "no", "cancel", "dismiss", "keep", "decline", "refuse", "deny", "don't":
            return .answer(accept: false, text: nil)
        default:
            guard let text = answer.first, text.isQuoted || answer.count == 1 else { return nil }
            return .answer(accept: true, text: text.text)
        }
    }

    func leadingCondition(_ phrase: Phrase) -> (Condition, ConditionKind, Phrase)? {
        guard let word = phrase.first?.word, ["if", "when", "once", "unless", "as", "after"].contains(word),
            phrase.count > 3
        else { return nil }
        let kind: ConditionKind = word == "if" ? .holds : word == "unless" ? .negated : .waits
        let body = phrase.dropping(phrase.starts("as soon as") ? 3 : 1)
        guard let comma = (1..<body.count).first(where: { body[$0]?.is(",") == true || body[$0]?.word == "then" })
        else {
            // Without a comma the step begins with its verb.
            for offset in 2..<max(2, body.count)
            where VerbGrammar.verb(body.dropping(offset)) != nil && body[offset - 1]?.word != "is" {
                if let condition = ConditionGrammar.condition(body.prefix(offset)), offset + 1 <= body.count {
                    return (condition, kind, body.dropping(offset))
                }
            }
            return nil
        }
        guard let condition = ConditionGrammar.condition(body.prefix(comma)), comma + 1 < body.count else { return nil }
        return (condition, kind, body.dropping(comma + 1))
    }

    func trailingCondition(_ phrase: Phrase) -> (Condition, Phrase)? {
        guard let offset = phrase.lastOffset(of: "if", "unless"), offset > 1, offset + 2 < phrase.count,
            phrase[offset - 1]?.word != "check", phrase[offset - 1]?.word != "verify",
            !["as", "see", "whether"].contains(phrase[offset - 1]?.word ?? ""),
            let condition = ConditionGrammar.condition(phrase.dropping(offset + 1))
        else { return nil }
        return (phrase[offset]?.word == "unless" ? .not(condition) : condition, phrase.prefix(offset).trimmed)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Splits a task into its steps, in linear time.
///
/// New lines, semicolons and "then" always end a step, a full stop does where a sentence begins after it. "and" and
/// commas do so only when what follows begins like an instruction: "search for salt and pepper" is one step, "search for
/// salt and click Images" are two.
struct StepSplitter {
    /// A step, and whether only a word that may also be part of a name ("Save and close") parts it from the next.
    struct Step {
        var phrase: Phrase
        var isOpenEnded = false
    }

    private let tokens: [Token]
    private var steps: [Step] = []
    private var start = 0

    private init(_ tokens: [Token]) { self.tokens = tokens }

    /// The steps of a task, with whatever politeness is around them.
    static func steps(of tokens: [Token]) -> [Step] {
        var splitter = StepSplitter(tokens)
        splitter.run()
        return splitter.steps
    }

    private mutating func run() {
        var index = 0
        while index < tokens.count {
            switch joint(at: index) {
            case .none: index += 1
            case .strong:
                cut(at: index, isOpenEnded: false)
                index += 1
            case .weak:
                cut(at: index, isOpenEnded: tokens[index].key == "and" || tokens[index].key == "&")
                index += 1
            }
        }
        cut(at: tokens.count, isOpenEnded: false)
    }

    private mutating func cut(at index: Int, isOpenEnded: Bool) {
        if index > start {
            steps.append(Step(phrase: Phrase(tokens[start..<index]), isOpenEnded: isOpenEnded))
        }
        start = index + 1
    }

    private enum Joint {
        case none, weak, strong
    }

    private func joint(at index: Int) -> Joint {
        let token = tokens[index]
        guard token.kind != .quoted, index > start else {
            return token.isMark("\n;") && token.kind == .mark ? .strong : .none
        }
        switch token.key {
        case "\n": return .strong
        case ";": return .strong
        case "then": return isNameWord(index) || isBullet(start..<index) ? .none : .strong
        case ">": return token.hasSpaceBefore && beginsStep(after: index) ? .strong : .none
        case ".", "!", "?", "…": return sentenceEnds(at: index)
        case ",", "and", "&", "but", "-", "–", "—", ":":
            // "Next, click Save": what is before the comma is no step.
            if index - start < 8, Chatter.isPrelude(Phrase(tokens[start..<index])) { return .none }
            if token.key == ":", isNumbering(start..<index) { return .none }
            return beginsStep(after: index) ? .weak : .none
        default: return .none
        }
    }

    private func isBullet(_ range: Range<Int>) -> Bool {
        tokens[range].allSatisfy { ["-", "*", "•", "–", "—", "+"].contains($0.key) || $0.kind == .mark }
    }

    /// "Then" with a capital inside of a sentence is part of a name.
    private func isNameWord(_ index: Int) -> Bool {
        tokens[index].text.first?.isUppercase == true && tokens[index - 1].kind == .word
    }

    private func sentenceEnds(at index: Int) -> Joint {
        guard index + 1 < tokens.count else { return .strong }
        let next = tokens[index + 1]
        guard next.kind != .mark || next.text == "(" else { return .none }
        guard next.hasSpaceBefore else { return .none }
        let before = tokens[index - 1]
        // "1. Go to …": the number belongs to the step.
        if index - 1 == start || (index - 2 == start && tokens[start].key == "step"), before.key.allSatisfy(\.isNumber),
            !before.key.isEmpty
        {
            return .none
        }
        if tokens[index].key == ".", before.kind == .word, abbreviations.contains(before.key) || before.key.count == 1 {
            return beginsStep(after: index) ? .strong : .none
        }
        if next.kind == .quoted || next.text.first?.isUppercase == true || next.text.first?.isNumber == true {
            return .strong
        }
        return beginsStep(after: index) ? .strong : .none
    }

    /// "Step 3", "2", "a"
    private func isNumbering(_ range: Range<Int>) -> Bool {
        guard range.count < 8 else { return false }
        let words = tokens[range].filter { $0.key != "step" && $0.key != "-" }
        return words.count == 1
            && words.allSatisfy { $0.key.count < 3 && ($0.key.allSatisfy(\.isNumber) || $0.key.count == 1) }
    }

    private let abbreviations: Set<String> = [
        "st", "mr", "mrs", "ms", "dr", "no", "nr", "e.g", "i.e", "vs", "inc", "ltd", "co", "etc", "prof", "jr", "sr",
        "ave",
    ]

    private func beginsStep(after index: Int) -> Bool {
        // How it begins is told by its first words, however long it is.
        let next = Phrase(tokens[(index + 1)..<min(index + 25, tokens.count)])
        let rest = Chatter.withoutBeginning(next)
        guard !rest.isEmpty else { return false }
        return Verb.beginsStep(rest)
    }
}

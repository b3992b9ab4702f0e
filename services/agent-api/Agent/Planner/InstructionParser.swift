//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Browser

/// Reads one step. To teach it another sentence, add a rule.
struct InstructionParser {
    /// Why a step was not understood; completes "step 2, "…", ".
    struct NotUnderstood: Error {
        var reason: String
    }

    /// What begins a sentence, and what to make of the rest. A rule that returns `nil` leaves the step to the next
    /// ones.
    struct Rule: Sendable {
        var openings: [String]
        var read: @Sendable (InstructionParser, Substring) throws(NotUnderstood) -> [Instruction.Action]?
    }

    let text: QuotedText

    init(_ text: QuotedText) {
        self.text = text
    }

    static let rules: [Rule] = navigationRules + clickRules + fieldRules + waitRules + readingRules

    /// Whether a text begins with the words of some instruction.
    static func beginsInstruction(_ text: Substring) -> Bool {
        // How it begins is told by its first words, however long it is.
        let cleaned = StepSplitter.clean(String(text.prefix(80)))[...]
        return rules.contains { rule in rule.openings.contains { rest(of: cleaned, after: $0) != nil } }
    }

    /// - Parameter step: the step with quoted parts masked.
    func parse(_ step: String) throws(NotUnderstood) -> [Instruction.Action] {
        for rule in Self.rules {
            for opening in rule.openings {
                guard let rest = Self.rest(of: step[...], after: opening) else { continue }
                if let actions = try rule.read(self, rest) { return actions }
            }
        }
        throw NotUnderstood(reason: "is not understood; understood are: \(InstructionPlanner.vocabulary)")
    }

    /// What follows an opening; `nil` when the text does not begin with it as whole words.
    static func rest(of text: Substring, after opening: String) -> Substring? {
        guard let rest = text.dropPrefix(opening) else { return nil }
        guard let next = rest.first else { return rest }
        return next.isWhitespace || next == ":" || next == "," ? rest.drop { $0.isWhitespace || $0 == ":" } : nil
    }

    /// The text of an argument, with quotes taken off.
    func argument(_ text: some StringProtocol) -> String {
        self.text.restore(text)
    }

    /// Splits at the last of the given words, which stand alone: ("x", "Email") from "x into Email".
    func split(_ text: Substring, at words: [String]) -> (Substring, Substring)? {
        let lowered = text.lowercased()
        // Lowercasing may change the length of some letters; then positions do not carry over and no split is better
        // than a wrong one.
        guard lowered.count == text.count else { return nil }
        var best: (Int, Int)?
        for word in words {
            guard let range = lowered.ranges(of: " \(word) ").last else { continue }
            let start = lowered.distance(from: lowered.startIndex, to: range.lowerBound)
            if start > (best?.0 ?? -1) { best = (start, word.count + 2) }
        }
        guard let (start, length) = best else { return nil }
        let middle = text.index(text.startIndex, offsetBy: start)
        let after = text.index(middle, offsetBy: length)
        guard !text[..<middle].trimmed.isEmpty, !text[after...].trimmed.isEmpty else { return nil }
        return (text[..<middle], text[after...])
    }

    /// Reads what an element is called: "the first Details link", "Sign in button", "\"OK\"".
    func locator(_ purpose: Locator.Purpose, _ text: some StringProtocol) -> Locator {
        if self.text.isQuotation(text) { return Locator(purpose, argument(text)) }
        var words = text.trimmed.split(whereSeparator: \.isWhitespace).map(String.init)
        if let first = words.first, ["the", "a", "an", "on", "my"].contains(first.lowercased()), words.count > 1 {
            words.removeFirst()
        }
        var index: Int?
        if words.count > 1, let first = words.first, let ordinal = Self.ordinals[first.lowercased()] {
            index = ordinal
            words.removeFirst()
        }
        var role: Locator.Role?
        if let last = words.last?.lowercased(), let known = Self.roles[last] {
            // "the search box" is one with that name, "the search" alone is not a kind of element.
            if words.count > 1 || index != nil || purpose != .click || known != .item {
                role = known
                words.removeLast()
            }
        }
        if words.last?.lowercased() == "text", role == .field { words.removeLast() }
        if let last = words.last?.lowercased(), ["labeled", "labelled", "called", "named"].contains(last) {
            words.removeLast()
        }
        // "the button Save", "link called Details"
        if role == nil, index == nil, words.count > 1, let known = Self.roles[words[0].lowercased()], known != .item {
            role = known
            words.removeFirst()
            if words.count > 1, ["labeled", "labelled", "called", "named"].contains(words[0].lowercased()) {
                words.removeFirst()
            }
        }
        if purpose == .fill || purpose == .select, role == .field || role == nil { role = nil }
        return Locator(purpose, argument(words.joined(separator: " ")), role: role, index: index)
    }

    static let ordinals = [
        "first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
        "last": -1,
    ]

    static let roles: [String: Locator.Role] = [
        "button": .button, "link": .link, "tab": .tab, "checkbox": .checkbox, "radio": .radio, "field": .field,
        "box": .field,
        "input": .field, "textbox": .field, "image": .image, "picture": .image, "option": .option, "result": .result,
        "item": .item,
        "dropdown": .option, "list": .option,
    ]
}

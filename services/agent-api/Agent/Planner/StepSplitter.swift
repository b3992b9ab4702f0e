//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Splits a task into its steps.
///
/// New lines, semicolons, arrows and "then" always end a step. "and", commas and full stops do so only when what
/// follows begins like an instruction: "search for salt and pepper" is one step, "search for salt and click Images" are
/// two.
enum StepSplitter {
    private static let strong = [
        ", and then ", " and then ", ", then ", " then ", ",then ", "; ", ";", " -> ", " → ", " > ",
    ]
    private static let weak = [", and ", " and ", ", ", ". ", "! ", "& "]

    /// - Parameter text: the task with quoted parts masked.
    /// - Parameter beginsInstruction: whether a text begins with the words of an instruction.
    static func split(_ text: String, beginsInstruction: (Substring) -> Bool) -> [String] {
        var steps: [String] = []
        for line in text.split(whereSeparator: \.isNewline) {
            var rest = line[...]
            var index = rest.startIndex
            scan: while index < rest.endIndex {
                for (joint, isStrong) in joints where joint.first == rest[index] {
                    guard let after = rest[index...].dropPrefix(joint) else { continue }
                    guard !after.trimmed.isEmpty, isStrong || beginsInstruction(after) else { continue }
                    // "1. " and "first, " are parts of the step that follows, not steps.
                    if index < rest.index(rest.startIndex, offsetBy: 24, limitedBy: rest.endIndex) ?? rest.endIndex,
                        clean(rest[..<index] + joint + "x") == "x"
                    {
                        continue
                    }
                    steps.append(String(rest[..<index]))
                    rest = after
                    index = rest.startIndex
                    continue scan
                }
                index = rest.index(after: index)
            }
            steps.append(String(rest))
        }
        return steps.map(clean).filter { !$0.isEmpty }
    }

    // The longer first: " and then " must not end at " and ".
    private static let joints = (strong.map { ($0, true) } + weak.map { ($0, false) }).sorted {
        $0.0.count > $1.0.count
    }

    /// Without numbering, bullets, politeness and the full stop.
    static func clean(_ step: String) -> String {
        var text = step.trimmed[...]
        while let last = text.last, ".!,;".contains(last) { text = text.dropLast() }
        text = text.trimmed[...]
        if let first = text.first, "-*•–".contains(first), text.dropFirst().first?.isWhitespace == true {
            text = text.dropFirst().trimmed[...]
        }
        text = withoutNumber(text)
        let fillers = [
            "please", "then", "next", "first", "finally", "afterwards", "after that", "now", "also", "and", "just",
            "lastly",
        ]
        var changed = true
        while changed {
            changed = false
            for filler in fillers {
                if let rest = text.dropPrefix(filler), let next = rest.first, next.isWhitespace || next == "," {
                    text = rest.drop { $0.isWhitespace || $0 == "," }
                    changed = true
                }
            }
        }
        return String(text)
    }

    /// Takes "1. ", "2) " and "Step 3: " away.
    private static func withoutNumber(_ text: Substring) -> Substring {
        let afterWord = text.dropPrefix("step ") ?? text
        let rest = afterWord.drop(while: \.isNumber)
        guard rest.startIndex > afterWord.startIndex, let mark = rest.first, ".):".contains(mark) else { return text }
        let after = rest.dropFirst()
        guard after.first?.isWhitespace == true else { return text }
        return after.drop(while: \.isWhitespace)
    }
}

extension Substring {
    /// What follows the prefix, compared without case; `nil` when the text does not begin with it.
    func dropPrefix(_ prefix: String) -> Substring? {
        var index = startIndex
        for character in prefix {
            guard index < endIndex, self[index].lowercased() == character.lowercased() else { return nil }
            index = self.index(after: index)
        }
        return self[index...]
    }
}

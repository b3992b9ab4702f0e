//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Waiting and making sure.
extension StepParser {
    func waiting(_ rest: Phrase, _ opening: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("how long or what for") }
        if let time = try Self.duration(rest) { return [.pause(time)] }
        var rest = rest
        // "wait up to 10 seconds for X": the step's own deadline bounds it.
        if let (limit, what) = rest.split(atFirst: ["for", "until"]),
            limit.contains(where: { ["seconds", "second", "minutes", "s", "minute"].contains($0.key) })
        {
            rest = what
        }
        for opening in ["for", "until", "till"] where rest.first?.key == opening && rest.count > 1 {
            rest = rest.dropFirst()
        }
        return [.wait(try ConditionGrammar.condition(rest))]
    }

    /// "2 seconds", "500 ms", "a minute", "for a second or two"; `nil` when it is no time.
    static func duration(_ phrase: Phrase) throws(NotUnderstood) -> Duration? {
        var words = phrase.keys
        while let first = words.first,
            ["about", "around", "for", "at", "least", "another", "approximately", "roughly", "just", "some"].contains(
                first
            )
        { words.removeFirst() }
        if ["or so", "or two"].contains(words.suffix(2).joined(separator: " ")) { words.removeLast(2) }
        if words.first == "few" || words.starts(with: ["a", "few"]) {
            words = ["3"] + words.drop { ["a", "few"].contains($0) }
        }
        if words.starts(with: ["a", "couple", "of"]) { words = ["2"] + words.dropFirst(3) }
        if words.starts(with: ["half", "a"]) { words = ["0.5"] + words.dropFirst(2) }
        // "2s", "500ms"
        if words.count == 1, let only = words.first {
            let number = only.prefix { $0.isNumber || $0 == "." }
            if !number.isEmpty, number.count < only.count {
                words = [String(number), String(only.dropFirst(number.count))]
            }
        }
        if ["moment", "bit", "little"].contains(words.last ?? ""), words.count <= 3, words.first == "a" {
            return .seconds(1)
        }
        guard words.count == 2, let number = amount(words[0]) else { return nil }
        let units: [String: Double] = [
            "ms": 0.001, "millisecond": 0.001, "milliseconds": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1,
            "seconds": 1, "min": 60, "minute": 60, "minutes": 60, "hour": 3600, "hours": 3600,
        ]
        guard let unit = units[words[1]] else { return nil }
        guard number >= 0, number * unit <= 600 else {
            throw NotUnderstood(reason: "waits too long; at most 10 minutes are allowed")
        }
        return .milliseconds(Int64(number * unit * 1000))
    }

    private static func amount(_ word: String) -> Double? {
        if word == "a" || word == "an" { return 1 }
        if let number = Double(word), number.isFinite { return number }
        return Ordinals.number(word).map { Double($0) }
    }

    func expecting(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what the page is to show") }
        return [.expect(try ConditionGrammar.condition(rest))]
    }

    /// "Make sure that the box is checked" asks for it; "make sure the page shows X" can only be looked at.
    func ensuring(_ rest: Phrase) throws(NotUnderstood) -> [Instruction.Action] {
        guard !rest.isEmpty else { throw .missing("what the page is to show") }
        let condition = try ConditionGrammar.condition(rest)
        switch condition.fact {
        case .checked(let target): return [.setChecked(TargetList(placed(target)), !condition.isNegated)]
        case .expanded(let target): return [.setExpanded(placed(target), !condition.isNegated)]
        default: return [.expect(condition)]
        }
    }
}

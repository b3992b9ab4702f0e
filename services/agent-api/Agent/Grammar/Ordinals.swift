//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Numbers and places in words.
enum Ordinals {
    private static let words = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ]
    private static let cardinals = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    ]

    /// "second", "2nd" → 1; "last" → -1.
    static func position(_ word: String) -> Int? {
        if let index = words.firstIndex(of: word) { return index }
        switch word {
        case "last", "final", "bottommost", "rightmost": return -1
        case "penultimate": return -2
        case "top", "topmost", "leftmost": return 0
        default: break
        }
        for ending in ["st", "nd", "rd", "th"] where word.hasSuffix(ending) {
            if let number = Int(word.dropLast(2)), number > 0, number < 100_000 { return number - 1 }
        }
        // "third-to-last"
        if word.hasSuffix("-to-last") || word.hasSuffix("-last") {
            let stem = String(word.dropLast(word.hasSuffix("-to-last") ? 8 : 5))
            if stem == "next" { return -2 }
            if let place = position(stem), place >= 0 { return -(place + 1) }
        }
        return nil
    }

    /// The place that a phrase begins with, and how many words say it: "second", "third to last", "second last".
    static func position(at phrase: Phrase) -> (position: Int, length: Int)? {
        guard let first = phrase.first, first.kind == .word else { return nil }
        let place = position(first.key)
        if phrase[1]?.key == "to", phrase[2]?.key == "last" {
            if let place, place > 0 { return (-(place + 1), 3) }
            if first.key == "next" { return (-2, 3) }
        }
        if let place, place > 0, phrase[1]?.key == "last" { return (-(place + 1), 2) }
        return place.map { ($0, 1) }
    }

    /// "3", "three" → 3.
    static func number(_ word: String) -> Int? {
        if let index = cardinals.firstIndex(of: word) { return index }
        guard word.utf8.count < 7, let number = Int(word), number >= 0 else { return nil }
        return number
    }

    /// "twice", "3 times", "once" at the end of a phrase: how often, and the phrase without it.
    static func times(atEndOf phrase: Phrase) -> (times: Int, rest: Phrase)? {
        switch phrase.last?.key {
        case "once": return (1, phrase.dropLast())
        case "twice": return (2, phrase.dropLast())
        case "thrice": return (3, phrase.dropLast())
        case "times", "time":
            guard let word = phrase[phrase.count - 2], let number = number(word.key), number > 0 else { return nil }
            return (number, phrase.dropLast(2))
        default: return nil
        }
    }

    /// A place in words.
    static func spoken(_ position: Int) -> String {
        switch position {
        case -1: "last"
        case ..<0: "\(spoken(-position - 1))-to-last"
        case ..<words.count: words[position]
        default: "\(position + 1)th"
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Recognizes the verb that a clause begins with.
enum VerbGrammar {
    static let verbLengthAtMost = 4

    /// The verb and how many words it takes, the longest first.
    static func verb(_ phrase: Phrase) -> (verb: Verb, length: Int)? {
        var words: [String] = []
        for offset in 0..<min(verbLengthAtMost, phrase.count) {
            guard let token = phrase[offset], token.isWord else { break }
            words.append(token.word)
        }
        while !words.isEmpty {
            if let verb = Words.verbs[words.joined(separator: " ")] { return (verb, words.count) }
            words.removeLast()
        }
        return nil
    }

    /// Words of politeness before a verb.
    private static let polite: [[String]] = [
        ["please"], ["kindly"], ["could", "you"], ["can", "you"], ["would", "you"],
        ["i", "would", "like", "you", "to"], ["i", "want", "you", "to"], ["i'd", "like", "you", "to"],
        ["i", "need", "you", "to"], ["i", "want", "to"], ["i'd", "like", "to"], ["i", "would", "like", "to"],
        ["i", "need", "to"], ["you", "should"], ["you", "have", "to"],
        ["you", "need", "to"], ["you", "must"], ["try", "to"], ["let's"], ["now"], ["then"], ["and"], ["also"],
        ["finally"], ["first"], ["next"], ["just"], ["after", "that"],
        ["afterwards"], ["go", "ahead", "and"], ["simply"], ["but"], ["to"], ["once", "you're", "in"],
        ["once", "you're", "there"], ["once", "you", "are", "there"], ["once", "there"],
        ["once", "done"], ["when", "done"], ["when", "finished"], ["lastly"], ["as", "well"],
        ["help", "me", "to"], ["help", "me"], ["your", "task", "is", "to"], ["your", "goal", "is", "to"],
        ["the", "task", "is", "to"], ["remember", "to"], ["in", "order", "to"], ["there"], ["second"], ["third"],
        ["so"], ["quickly"], ["do", "this"], ["as", "follows"], ["do", "the", "following"],
        ["use", "the", "mouse", "to"],
        ["use", "your", "mouse", "to"], ["in", "the", "end"], ["find", "and"], ["locate", "and"],
        ["after", "which", "you", "should"], ["after", "which"],
    ]

    /// Words behind a step that say nothing more.
    private static let endings: [[String]] = [
        ["please"], ["thanks"], ["thank", "you"], ["afterwards"], ["now"], ["right", "away"], ["immediately"],
        ["at", "once"], ["instead"], ["there"], ["for", "me"], ["nothing", "else"],
        ["yes", "really"], ["in", "the", "end"], ["on", "the", "page"], ["on", "this", "page"],
        ["on", "the", "screen"], ["if", "you", "can"], ["when", "done"], ["when", "finished"],
        ["when", "you", "are", "done"], ["after", "you", "are", "done"], ["when", "you", "are", "finished"],
        ["to", "finish"],
        ["once", "you", "are", "done"], ["once", "done"], ["after", "that"],
        ["then"], ["carefully"], ["quickly"], ["directly"],
    ]

    static func isPolite(_ phrase: Phrase) -> Bool { polite.contains { $0.count > 1 && phrase.has($0) } }

    /// The phrase without words of politeness, numbers and dashes of lists.
    static func plain(_ phrase: Phrase) -> Phrase { withoutTail(withoutLead(phrase)) }

    /// The phrase without words of politeness before it, numbers and dashes of lists.
    static func withoutLead(_ phrase: Phrase) -> Phrase {
        var phrase = phrase.trimmed
        loop: while phrase.count > 1 {
            if let first = phrase.first, first.isWord, ["-", "*", "•", "–"].contains(first.text) {
                phrase = phrase.dropping(1)
                continue
            }
            if let first = phrase.first, first.kind == .mark {
                phrase = phrase.dropping(1)
                continue
            }
            // "1. Go to", "2) click"
            if let first = phrase.first, Int(first.text) != nil, let mark = phrase[1], mark.is(".") || mark.is(")") {
                phrase = phrase.dropping(2)
                continue
            }
            for words in polite where phrase.has(words) && phrase.count > words.count {
                // "First name" is no politeness.
                if words == ["first"] || words == ["second"] || words == ["third"] || words == ["next"]
                    || words == ["to"] || words == ["there"] || words[0] == "find" || words[0] == "locate",
                    verb(phrase.dropping(words.count).trimmed) == nil
                {
                    continue
                }
                phrase = phrase.dropping(words.count).trimmed
                continue loop
            }
            break
        }
        return phrase
    }

    private static func withoutTail(_ phrase: Phrase) -> Phrase {
        var phrase = phrase
        trailing: while phrase.count > 1, let last = phrase.last {
            if last.kind == .mark {
                phrase = phrase.droppingLast()
                continue
            }
            for words in endings where phrase.has(words, at: phrase.count - words.count) && phrase.count > words.count {
                // "No thanks" is a name.
                if words == ["thanks"], phrase[phrase.count - 2]?.word == "no" { break trailing }
                phrase = phrase.droppingLast(words.count)
                continue trailing
            }
            break
        }
        // "without selecting anything" asks for nothing more.
        if let offset = phrase.lastOffset(of: "without"), offset > 0, phrase[offset + 1]?.word.hasSuffix("ing") == true
        {
            phrase = phrase.prefix(offset)
        }
        return phrase
    }
}

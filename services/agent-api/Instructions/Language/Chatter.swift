//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is said without asking for anything.
enum Chatter {
    private static let words: Set<String> = Words.chatter
    private static let sentences: [String] = [
        "could you do me a favour", "could you do me a favor", "do me a favour", "do me a favor", "please help me",
        "thank you", "thanks a lot", "thanks", "many thanks", "hi there",
        "i have a task for you", "be careful", "that's it", "that is it", "that's all", "yes really", "nothing else",
        "send nothing", "and nothing else", "leave everything else alone",
        "leave the rest alone", "it may be on a later page", "leave everything else as it is", "in that order",
        "in this order", "one after the other", "only", "right away", "not the others",
        "do the following", "the following", "following", "first", "next", "second", "third", "finally", "lastly",
        "now", "then",
        "fill in the form", "fill out the form", "fill the form", "begin", "start now", "fill that in", "fill it in",
        "do it", "say yes", "as soon as possible", "good luck",
    ]

    /// What is said of all that a task does not name.
    private static let others: Set<String> = [
        "the", "rest", "other", "others", "all", "everything", "else", "remaining", "of", "it", "them", "fields",
    ]

    static func isChatter(_ phrase: Phrase) -> Bool {
        let words = phrase.words
        let text = words.joined(separator: " ")
        if words.count <= 2, words.first == "see" { return true }
        return words.allSatisfy { Self.words.contains($0) } || sentences.contains(text)
    }

    /// What must not be done needs no deed: "don't save it", "without sending anything".
    static func isForbidden(_ phrase: Phrase) -> Bool {
        if phrase.starts("do not", "don't", "never", "but don't", "without", "avoid", "not the", "not") { return true }
        guard phrase.starts("leave") else { return false }
        if phrase.ends("empty") { return phrase.dropping(1).droppingLast().words.allSatisfy(others.contains) }
        return phrase.ends("alone", "as it is", "as they are", "untouched", "as is", "unchanged", "open")
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What people say around an instruction.
enum Chatter {
    private static let beginnings: PhraseSet = [
        "please", "pls", "kindly", "now", "then", "next", "first", "firstly", "second of all", "secondly", "thirdly",
        "lastly", "finally", "afterwards", "afterward", "after that", "after this", "also", "and", "just", "simply",
        "so", "well", "ok", "okay", "alright", "hi", "hey", "hello", "hi there", "hello there", "hey there",
        "could you", "can you", "would you", "will you", "could you please", "can you please", "would you please",
        "would you mind", "i want you to", "i'd like you to", "i would like you to", "i need you to", "i want to",
        "i'd like to", "i would like to", "i need to", "you need to", "you should", "you have to", "you must",
        "you can", "you will", "you'll", "your task is to", "the task is to", "your job is to", "let's", "let us",
        "lets", "go ahead and", "make sure to", "be sure to", "make sure you", "make sure that you", "don't forget to",
        "do not forget to", "remember to", "try to", "try and", "to begin with", "to start with", "to start",
        "first of all", "in the end", "at the end", "for starters", "to finish", "last but not least", "that done",
        "with that done", "when done", "when you are done", "when you're done", "once done", "once that is done",
        "once that's done", "when that is done", "when finished", "once finished", "after you are done", "but",
        "after having done that", "having done that", "there", "on it", "on that page", "on the next page",
        "on the following page", "on this page", "on the page", "quickly", "carefully", "immediately", "again",
        "once there", "once you're there", "once you are there", "when you're there", "when you are there",
        "when you get there", "once you get there", "as a next step", "as the next step", "as a first step",
        "for me", "if you would", "if you could", "if possible", "and then", "thanks", "we need to", "we want to",
        "all you need to do is", "all you have to do is", "what i need you to do is", "i'd love you to", "maybe",
        "here's what i need", "it would be great if you could", "do me a favor and", "do me a favour and", "&",
        "feel free to", "help me", "help me to", "you're going to", "you are going to", "we'll", "i'll need you to",
        "from there", "to do so", "to do this", "to do that", "for this", "the goal is to", "the next step is to",
        "at last", "at this point", "and finally", "in addition", "additionally", "besides", "moreover", "as well as",
        "do the following", "do the following steps", "do this", "follow these steps", "do these steps", "begin by",
        "start by", "continue by", "finish by", "proceed to",
    ]

    private static let wholes: Set<String> = [
        "thanks", "thank you", "thank you very much", "thanks a lot", "many thanks", "thanks in advance", "cheers",
        "thank you so much", "that's it", "that is it", "that's all", "that is all", "great", "good morning",
        "good afternoon", "good evening", "hi", "hello", "hey", "ok", "okay", "done", "you're done", "please", "now",
        "thanks for your help", "thank you in advance", "that would be great", "that would be all", "hi there",
        "hello there", "and", "then", "finally", "in this order", "in that order", "in the given order", "no rush",
        "here is your task", "here's your task", "follow these steps", "do the following", "please do the following",
        "steps", "task", "the task", "your task", "complete the following steps", "perform the following steps", "so",
        "here are the steps", "these are the steps", "instructions", "bye", "please and thank you", "i'd appreciate it",
        "have fun", "good luck", "much appreciated", "would you", "will you", "could you", "for me", "sorry",
    ]

    private static let endings: [[String]] = [
        "please", "thanks", "thank you", "for me", "pls", "if you would", "if you don't mind", "if possible",
        "right away", "and that's it", "and you're done", "and you are done", "and that is it", "would you",
        "will you", "thank you very much", "thanks a lot", "when you're done", "when you are done", "when done",
        "in order to proceed", "ok", "afterwards", "after that", "and", "then", "and then", "but",
        "please and thank you",
        "and we are done", "and done", "so that we can continue", "in order to continue", "to finish", "to finish up",
        "at the end", "in the end", "when finished", "and finally", "when you are finished", "when you're finished",
    ].map { $0.split(separator: " ").map(String.init) }

    /// A step without numbering, bullets, politeness and punctuation around it.
    static func stripped(_ phrase: Phrase) -> Phrase {
        var rest = withoutNumber(phrase.trimmed)
        if wholes.contains(rest.key) { return Phrase(ArraySlice()) }
        rest = withoutBeginning(rest)
        rest = withoutEnding(rest)
        return wholes.contains(rest.key) && rest.count > 0 && Verb.match(rest) == nil ? Phrase(ArraySlice()) : rest
    }

    /// Without politeness and the like at the beginning, unless nothing would be left.
    static func withoutBeginning(_ phrase: Phrase) -> Phrase {
        var rest = withoutNumber(phrase.trimmed)
        while true {
            let length = beginnings.length(at: rest)
            guard length > 0 else { return rest }
            let next = rest.dropFirst(length).trimmed
            // "next" and "first" alone may be what is meant: the button.
            guard !next.isEmpty else { return rest }
            rest = withoutNumber(next)
        }
    }

    /// Whether a phrase is nothing but what people say before an instruction.
    static func isPrelude(_ phrase: Phrase) -> Bool {
        var rest = phrase.trimmed
        while !rest.isEmpty {
            let length = beginnings.length(at: rest)
            guard length > 0 else { return wholes.contains(rest.key) }
            rest = rest.dropFirst(length).trimmed
        }
        return true
    }

    private static func withoutEnding(_ phrase: Phrase) -> Phrase {
        var rest = phrase.trimmed
        var isChanged = true
        while isChanged {
            isChanged = false
            for ending in endings where rest.count > ending.count + 1 && rest.ends(with: ending) {
                // "No thanks" is what many buttons say.
                if ending == ["thanks"], rest[rest.count - 2]?.key == "no" { continue }
                rest = rest.dropLast(ending.count).trimmed
                isChanged = true
            }
        }
        return rest
    }

    /// Takes "1.", "2)", "(a)", "Step 3:" and bullets away.
    private static func withoutNumber(_ phrase: Phrase) -> Phrase {
        var rest = phrase
        while let first = rest.first, first.kind == .word, ["-", "*", "•", "–", "—", "+"].contains(first.text),
            rest.count > 1
        {
            rest = rest.dropFirst()
        }
        let afterWord = rest.first?.key == "step" ? rest.dropFirst() : rest
        let opened = afterWord.first?.isMark("(") == true ? afterWord.dropFirst() : afterWord
        guard let number = opened.first, number.kind == .word, let mark = opened[1], mark.isMark(".):"),
            !mark.hasSpaceBefore
        else {
            if rest.first?.key == "step", let number = rest[1], Ordinals.number(number.key) != nil, rest.count > 2 {
                return rest.dropFirst(2).trimmed
            }
            return rest
        }
        let isLabel = number.key.allSatisfy(\.isNumber) || (number.key.count == 1 && mark.text == ")")
        guard isLabel, opened.count > 2, opened[2]?.hasSpaceBefore == true else { return rest }
        return opened.dropFirst(2).trimmed
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Cuts a task into clauses: what one verb says.
struct ClauseSplitter {
    /// A clause, and whether it is a question.
    struct Clause: Hashable, Sendable {
        var phrase: Phrase
        /// Whether what it follows is in the same sentence.
        var continues = false
    }

    let tokens: [Token]
    let source: [UInt8]

    init(_ task: String) { self.init(tokens: Tokenizer.tokens(of: task), source: Array(task.utf8)) }

    init(tokens: [Token], source: [UInt8]) {
        self.tokens = tokens
        self.source = source
    }

    var clauses: [Clause] {
        sentences.flatMap { sentence in
            split(sentence).enumerated().map { Clause(phrase: $1, continues: $0 > 0) }
        }
    }

    /// Runs of tokens up to a full stop, a question mark, the end of a line or "then".
    private var sentences: [Phrase] {
        var found: [Phrase] = []
        var start = 0
        var isLiteral = false
        func end(_ offset: Int, next: Int) {
            if offset > start { found.append(Phrase(tokens: tokens[start..<offset], source: source)) }
            start = next
            isLiteral = false
        }
        for (offset, token) in tokens.enumerated() {
            if token.is(":"), isFreeText(after: offset, from: start) { isLiteral = true }
            if isLiteral {
                if token.endsLine { end(offset + 1, next: offset + 1) }
                continue
            }
            // "1. Go to …", "Step 2: pick …"
            if token.is(".") || token.is(")") || token.is(":"), isNumbering(start..<offset) {
                start = offset + 1
                continue
            }
            if token.text == ">", offset > start, offset + 1 < tokens.count, isVerb(at: offset + 1),
                !tokens[offset + 1].isCapitalized
            {
                end(offset, next: offset + 1)
                continue
            }
            if token.kind == .mark, [".", "!", "?", ";"].contains(token.text), !isWithinName(offset) {
                end(offset, next: offset + 1)
            } else if token.word == "then", offset > start, !isConditional(start) {
                end(offset, next: offset + 1)
            } else if token.endsLine {
                end(offset + 1, next: offset + 1)
            }
        }
        end(tokens.count, next: tokens.count)
        return found.map { sentence in
            var sentence = sentence.trimmed
            while sentence.count > 1, let last = sentence.last,
                ["and", "but"].contains(last.word) || last.kind == .mark
            {
                sentence = sentence.droppingLast()
            }
            return VerbGrammar.withoutLead(sentence)
        }.filter { !$0.isEmpty }
    }

    private func isNumbering(_ range: Range<Int>) -> Bool {
        guard let first = tokens[range].first, let last = tokens[range].last, Int(last.text) != nil, last.text.count < 3
        else {
            return false
        }
        return range.count == 1 || range.count == 2 && first.word == "step"
    }

    /// "reply with: Thanks, I will call you." What follows is no step. A list of labels and values is another matter.
    private func isFreeText(after colon: Int, from start: Int) -> Bool {
        guard colon > start, colon + 1 < tokens.count, !tokens[colon].endsLine else { return false }
        let next = tokens[colon + 1]
        let isTelling = Words.verbs[tokens[start].word] != nil || DeedGrammar.textVerbs.contains(tokens[start].word)
        guard next.isWord, next.isCapitalized, isVerb(at: start),
            isTelling || !tokens[start].isCapitalized || !ClauseSplitter.nouns.contains(tokens[start].word)
        else { return false }
        let before = tokens[start..<colon]
        if before.contains(where: { ["form", "fields", "following", "steps", "do"].contains($0.word) }) {
            return false
        }
        // "Go to … and then: Enter the username" begins steps.
        return !(isVerb(at: colon + 1) && ["then", "this", "steps"].contains(tokens[colon - 1].word))
    }

    /// A mark with no space behind it belongs to a name.
    private func isWithinName(_ offset: Int) -> Bool {
        offset + 1 < tokens.count && tokens[offset + 1].range.lowerBound == tokens[offset].range.upperBound
            && !tokens[offset].endsLine
            && tokens[offset + 1].kind != .mark
    }

    static let conditionals: Set<String> = ["if", "when", "once", "unless"]

    private func isConditional(_ start: Int) -> Bool { Self.conditionals.contains(tokens[start].word) }

    private func isVerb(at offset: Int) -> Bool {
        VerbGrammar.verb(Phrase(tokens: tokens[offset...].prefix(4), source: source)) != nil
            || offset < tokens.count && Words.deeds.contains(tokens[offset].word)
    }

    /// Cuts a sentence where a verb follows "and", a comma or the like.
    func split(_ sentence: Phrase) -> [Phrase] {
        var found: [Phrase] = []
        var start = 0
        var offset = 0
        let fronts: Set<String> = [
            "if", "when", "once", "unless", "after", "as", "in", "on", "for", "under", "from", "within", "inside", "at",
        ]
        let isAddressed = sentence.prefix(4).tokens.contains(where: Addresses.isAddress)
        var isCondition =
            !isAddressed && fronts.contains(sentence.first?.word ?? "")
            && !(sentence.first?.word == "on" && sentence.offset(ofMark: ",") == nil)
        // "From the list select A, B and …": the step begins before the comma.
        let waits: Set<String> = ["if", "when", "once", "unless", "after", "as"]
        if isCondition, !waits.contains(sentence.first?.word ?? ""),
            let comma = sentence.offset(ofMark: ","),
            (2..<max(2, comma)).contains(where: { offset in
                sentence[offset].map { $0.isWord && !$0.isCapitalized } == true
                    && VerbGrammar.verb(sentence.dropping(offset)).map {
                        [.click, .press, .check, .uncheck, .choose, .doubleClick, .hover].contains($0.verb)
                    } == true
            })
        {
            isCondition = false
        }
        var isLiteral = false
        while offset < sentence.count {
            guard let token = sentence[offset] else { break }
            if token.is(":"),
                isFreeText(after: sentence.tokens.startIndex + offset, from: sentence.tokens.startIndex + start)
            {
                isLiteral = true
            }
            let isMark = token.is(",") || token.is("(") || token.is(")") || token.is(":")
            let isJoint = isMark || (token.isWord && Words.joints.contains(token.word))
            if isLiteral || !isJoint {
                offset += 1
                continue
            }
            var next = offset + 1
            while let follower = sentence[next],
                follower.is(",")
                    || ["then", "also", "finally", "afterwards", "please", "next", "and", "but", "just", "to", "now"]
                        .contains(follower.word),
                next + 1 < sentence.count
            {
                next += 1
            }
            if token.word == "before" || token.word == "after" || token.word == "next" {
                offset += 1
                continue
            }
            // "…, to find and click X" goes on.
            if token.is(","), sentence[offset + 1]?.word == "to", sentence[offset + 2]?.word == "find" {
                offset += 1
                continue
            }
            if token.word == "or", Self.nouns.contains(sentence[next]?.word ?? "") {
                offset += 1
                continue
            }
            if begins(sentence, at: next, start: start) {
                if isCondition, token.is(",") || token.word == "then" {
                    // The condition and the step behind it are one clause.
                    isCondition = false
                    offset = next
                    continue
                }
                if isCondition, token.word == "and" {
                    offset = next
                    continue
                }
                // "find and click it" is one step.
                if offset == start + 1, ["find", "locate"].contains(sentence[start]?.word ?? "") {
                    offset = next
                    continue
                }
                if offset > start { found.append(sentence.range(start..<offset)) }
                start = next
                offset = next
                isCondition = ["if", "when", "once", "unless", "for", "in", "on"].contains(sentence[next]?.word ?? "")
            } else {
                offset = max(offset + 1, next)
            }
        }
        if start < sentence.count { found.append(sentence.range(start..<sentence.count)) }
        return found.map(\.trimmed).filter { !$0.isEmpty }
    }
}

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
        guard next.isWord, next.isCapitalized, isVerb(at: start) else { return false }
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

    private static let conditionals: Set<String> = ["if", "when", "once", "unless"]

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

    /// Words that are verbs of the language, and as often names of fields and things.
    private static let nouns: Set<String> = [
        "name", "state", "note", "number", "count", "list", "message", "mail", "comment", "order", "post", "title",
        "type", "file", "book", "text",
        "link", "page", "view", "use", "are", "is", "does", "do", "answer", "mark", "search", "say", "report", "record",
        "tag", "point", "trash",
        "email", "address", "issue", "star", "split", "log", "block", "call", "what", "where", "which", "when", "who",
        "whose", "how", "input", "test",
        "like", "can", "will", "change", "display", "access", "share", "follow", "print", "play", "start", "stop",
        "support", "rate", "request", "backup", "help",
    ]

    /// Whether a clause begins here.
    private func begins(_ sentence: Phrase, at offset: Int, start: Int) -> Bool {
        guard let token = sentence[offset], token.isWord else { return false }
        let rest = sentence.dropping(offset)
        if ["if", "unless", "otherwise", "else", "don't", "never", "leave", "without"].contains(token.word)
            || rest.starts(
                "do not",
                "in the",
                "once you",
                "when you",
                "once you're",
                "when you're",
                "once there",
                "for the user",
                "in the row",
                "on the"
            )
        {
            if ["in", "on", "for"].contains(token.word) { return fronted(rest) }
            return true
        }
        if ["turn", "switch"].contains(token.word), rest.count > 2 { return true }
        let verb = VerbGrammar.verb(rest)
        guard verb != nil || Words.deeds.contains(token.word) || VerbGrammar.isPolite(rest) else { return false }
        let length = verb?.length ?? 1
        let follower = sentence[offset + length]
        let isAtEnd =
            follower == nil || follower?.kind == .mark || follower.map { Words.joints.contains($0.word) } ?? false
        // "the permissions Write and Publish": names.
        if token.isCapitalized, isAtEnd,
            sentence[start].map({ !$0.isCapitalized }) ?? false || !isCapital(verb: start, sentence)
        {
            return false
        }
        if token.isCapitalized, isAtEnd, length == 1, offset > 1,
            sentence[offset - 2]?.isCapitalized == true || sentence[offset - 2]?.isQuoted == true
        {
            return false
        }
        if token.isCapitalized, verb == nil, sentence[start].map({ !$0.isCapitalized }) ?? false { return false }
        guard Self.nouns.contains(token.word) else { return true }
        if ["what", "who", "which", "where", "when", "whose", "how", "is", "are", "does", "do"].contains(token.word) {
            return !isAtEnd && !["which", "who", "whose", "where"].contains(token.word)
                || sentence[offset - 1]?.word == "and"
        }
        // "name Ada, message hello": a label and its value.
        let first = sentence[start].map(\.word) ?? ""
        // The same verb again begins a step.
        if first == token.word, !isAtEnd { return true }
        // What stands behind a condition is a step, not the value of a label.
        let isStatement =
            VerbGrammar.verb(sentence.dropping(start)) == nil && !Words.deeds.contains(first)
            && !Self.conditionals.contains(first)
        let isFilling =
            isStatement
            || [
                "enter", "type", "fill", "set", "put", "use", "write", "with", "input", "create", "sign", "log", "add",
                "register",
            ].contains(first)
        if isFilling,
            follower.map({ $0.isQuoted || $0.isCapitalized || $0.isNumber || $0.is(":") || $0.word.contains("@") })
                ?? true
        {
            return false
        }
        if isFilling, let mark = rest.prefix(5).offset(of: "with", "as", "is"), mark > 0,
            first == "fill" || first == "enter"
        {
            return false
        }
        return !isAtEnd
            || [
                "search", "post", "report", "print", "play", "start", "stop", "share", "follow", "like", "star", "help",
                "test",
            ].contains(token.word)
    }

    private func isCapital(verb start: Int, _ sentence: Phrase) -> Bool { sentence[start]?.isCapitalized ?? false }

    /// "in the row of Ada, click Delete"
    private func fronted(_ phrase: Phrase) -> Bool {
        guard let comma = phrase.prefix(30).offset(ofMark: ",") else { return false }
        let rest = phrase.dropping(comma + 1)
        return VerbGrammar.verb(rest) != nil || rest.first.map { Words.deeds.contains($0.word) } ?? false
    }
}

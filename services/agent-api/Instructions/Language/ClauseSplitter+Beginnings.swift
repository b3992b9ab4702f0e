//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Where a clause begins.
extension ClauseSplitter {
    /// Words that are verbs of the language, and as often names of fields and things.
    static let nouns: Set<String> = [
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
    func begins(_ sentence: Phrase, at offset: Int, start: Int) -> Bool {
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
            let isQuestion = rest.count > 2 && sentence.isQuestion
            return !isAtEnd && (isQuestion || !["which", "who", "whose", "where"].contains(token.word))
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

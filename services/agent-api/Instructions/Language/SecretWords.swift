//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a sentence calls a secret.
enum SecretWords {
    /// The texts that stand for secrets in a clause.
    static func secrets(in phrase: Phrase) -> [String] {
        guard mentionsSecret(phrase.words) else { return [] }
        var found: [String] = []
        var isAfter = false
        for offset in 0..<phrase.count {
            guard let token = phrase[offset] else { continue }
            if token.isWord, isSecret(phrase, at: offset) {
                isAfter = true
                // "type hunter22 into Password"
                if let before = value(before: offset, phrase) { found.append(before) }
                continue
            }
            guard isAfter else { continue }
            if token.isQuoted {
                found.append(token.text)
                if !(phrase[offset + 1]?.word == "and" && phrase[offset + 2]?.isQuoted == true) { isAfter = false }
            } else if token.isWord, !skipped.contains(token.word), Words.kinds[token.word] == nil {
                if VerbGrammar.verb(phrase.dropping(offset)) == nil, Words.relations[token.word] == nil {
                    found.append(token.text)
                }
                isAfter = false
            } else if token.is(",") {
                isAfter = false
            }
        }
        return found.filter { $0.count > 2 }
    }

    /// The same with what is typed: all of it where nothing says which text the secret is ("In the PIN field, type 90417"),
    /// otherwise what has the secret in it.
    static func secrets(in clause: Phrase, typedBy deeds: [Deed]) -> [String] {
        guard mentionsSecret(clause.words) else { return [] }
        let named = secrets(in: clause)
        let values = deeds.flatMap { deed -> [Value] in
            switch deed {
            case .type(let value, _, _), .typeKeys(let value), .assign(_, let value): [value]
            case .pair(let pairs): pairs.map(\.value)
            default: []
            }
        }
        let typed = values.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return named + typed.filter { text in named.isEmpty || named.contains { text != $0 && text.contains($0) } }
    }

    private static let skipped: Set<String> = [
        "is", "are", "to", "as", "with", "of", "the", "=", "field", "fields", "box", "and", "its", "confirmation",
        "both", "into", "in", "text", "should", "be", "for", "again", "repeat", "input",
    ]

    static func mentionsSecret(_ words: [String]) -> Bool {
        words.indices.contains { index in
            Words.secrets.contains(words[index])
                && !(words[index] == "code" && index > 0 && Words.openCodes.contains(words[index - 1]))
        }
    }

    private static func isSecret(_ phrase: Phrase, at offset: Int) -> Bool {
        guard let word = phrase[offset]?.word, Words.secrets.contains(word) else { return false }
        return !(word == "code" && phrase[offset - 1].map { Words.openCodes.contains($0.word) } ?? false)
    }

    private static func value(before offset: Int, _ phrase: Phrase) -> String? {
        var end = offset
        while end > 0, let token = phrase[end - 1], token.isWord,
            !["in", "into", "as", "for", "to", "under", "is"].contains(token.word)
        { end -= 1 }
        guard end > 0, let relation = phrase[end - 1], relation.isWord,
            ["in", "into", "as", "for", "under", "is"].contains(relation.word), end > 1
        else { return nil }
        let before = phrase.prefix(end - 1)
        if let last = before.last, last.isQuoted { return last.text }
        // "ada as the user name and k7 as the password": only what stands behind "and".
        let parts = before.listed
        if parts.count > 1, let last = parts.last { return last.text }
        guard let (verb, length) = VerbGrammar.verb(before),
            [.type, .assign, .append].contains(verb) || relation.word == "as"
        else {
            return before.last?.text
        }
        let text = before.dropping(length).text
        return text.isEmpty ? nil : text
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads what is typed, chosen or set.
enum ValueGrammar {
    static func value(_ phrase: Phrase) -> Value {
        var phrase = phrase.trimmed
        var change = Value.Change.none
        for (words, meaning) in changes {
            if let offset = phrase.offset(of: words), offset > 0,
                offset + words.split(separator: " ").count == phrase.count
            {
                phrase = phrase.prefix(offset).trimmed
                change = meaning
                break
            }
        }
        guard let first = phrase.first else { return .text("") }
        // "08/14/2027 (month/day/year)"
        if let note = phrase.offset(ofMark: "("), note > 0, phrase.tokens.allSatisfy({ !$0.isQuoted }) {
            phrase = phrase.prefix(note)
        }
        if let fragments = fragments(phrase) { return .suggested(fragments) }
        if let last = phrase.last, last.isQuoted, phrase.count <= 4,
            phrase.droppingLast().tokens.allSatisfy({ $0.isWord && introductions.contains($0.word) })
        {
            return changed(last.text, change)
        }
        if phrase.count > 2, first.word == "the", let noun = phrase[1]?.word,
            ["word", "text", "words", "string", "letters", "phrase", "letter"].contains(noun),
            phrase.offset(of: "of", "in", "from", "that") == nil
        {
            return changed(phrase.dropping(2).text, change)
        }
        if phrase.tokens.allSatisfy({ !$0.isQuoted }) {
            if remembered.contains(phrase.words.joined(separator: " ")) { return .remembered }
            if computed.contains(where: { words in
                phrase.has(words) && DeedGrammar.isProblem(phrase.dropping(words.count))
            }) {
                return .computed
            }
            if first.word == "the" || first.word == "its" || first.word == "what", phrase.count > 1,
                let question = QuestionGrammar.value(phrase)
            {
                return .asked(question, change)
            }
        } else if first.word == "the", phrase.offset(of: "of", "in", "from", "for") != nil,
            let question = QuestionGrammar.value(phrase)
        {
            return .asked(question, change)
        }
        if phrase.count > 1, change == .none, first.isQuoted != (phrase.last?.isQuoted ?? false) {
            return .mixed(phrase.text)
        }
        return changed(phrase.text, change)
    }

    /// What stands behind a colon is a value as it is, whatever is in quotation marks in it.
    static func stated(_ phrase: Phrase) -> Value {
        let value = value(phrase)
        if case .mixed(let text) = value { return .text(text) }
        return value
    }

    static let introductions: Set<String> = [
        "the", "a", "text", "word", "words", "value", "string", "following", "number", "phrase", "message", "name",
        "letters",
    ]
    private static let changes: [(String, Value.Change)] = [
        ("in all upper case", .upper), ("in upper case", .upper), ("in uppercase", .upper),
        ("in all uppercase", .upper),
        ("in capital letters", .upper), ("in all caps", .upper), ("in all lower case", .lower),
        ("in lower case", .lower),
        ("in all lowercase", .lower), ("in lowercase", .lower), ("backwards", .reversed), ("in reverse", .reversed),
        ("in title case", .capitalized),
    ]
    private static let remembered: Set<String> = [
        "it", "that", "this", "them", "the result", "the answer", "what you found", "what you read", "what you copied",
        "the copied text",
        "the value", "the same", "that text", "the text that you copied", "that value", "that word", "that number",
        "the number",
        "the clipboard", "your answer", "the solution", "your result", "your solution", "the correct answer",
        "my answer",
        "what i say",
    ]
    private static let computed: [[String]] = [
        ["the", "solution", "to"], ["the", "solution", "of"], ["the", "answer", "to", "the"],
        ["the", "result", "of", "the"], ["the", "value", "of", "x"],
    ]

    /// "an item that starts with Al and ends with ia"
    private static func fragments(_ phrase: Phrase) -> Value.Fragments? {
        guard let first = phrase.first, ["a", "an", "the", "any", "one", "some"].contains(first.word),
            let start = (1..<min(5, phrase.count)).first(where: { offset in
                fragmentVerbs.keys.contains { phrase.has($0.split(separator: " ").map(String.init), at: offset) }
            }),
            phrase.range(1..<start).words.dropFirst().allSatisfy({
                ["that", "which", "from", "list", "the"].contains($0)
            })
        else { return nil }
        var fragments = Value.Fragments()
        var rest = phrase.dropping(start)
        while !rest.isEmpty {
            if let lead = rest.first?.word,
                ["and", "that", "which", "but", "also"].contains(lead) || rest.first?.kind == .mark
            {
                rest = rest.dropping(1)
                continue
            }
            guard
                let (words, place) = fragmentVerbs.first(where: {
                    rest.has($0.key.split(separator: " ").map(String.init))
                }),
                let value = rest[words.split(separator: " ").count]
            else { return nil }
            fragments[keyPath: place] = value.text
            rest = rest.dropping(words.split(separator: " ").count + 1)
        }
        return fragments
    }

    nonisolated(unsafe) private static let fragmentVerbs: [String: WritableKeyPath<Value.Fragments, String>] = [
        "starts with": \.start, "starting with": \.start, "begins with": \.start, "beginning with": \.start,
        "ends with": \.end, "ending with": \.end, "ends in": \.end, "ending in": \.end, "contains": \.part,
        "containing": \.part,
    ]

    static func changed(_ text: String, _ change: Value.Change) -> Value {
        switch change {
        case .none: .text(text)
        case .upper: .text(text.uppercased())
        case .lower: .text(text.lowercased())
        case .capitalized:
            .text(text.split(separator: " ").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " "))
        case .reversed: .text(String(text.reversed()))
        }
    }
}

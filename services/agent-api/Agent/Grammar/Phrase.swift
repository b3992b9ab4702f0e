//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A run of tokens, cheap to cut.
struct Phrase: Sendable, Hashable {
    var tokens: ArraySlice<Token>

    init(_ tokens: ArraySlice<Token>) { self.tokens = tokens }

    init(_ text: String) { tokens = Tokenizer.tokens(of: text)[...] }

    var isEmpty: Bool { tokens.isEmpty }
    var count: Int { tokens.count }
    var first: Token? { tokens.first }
    var last: Token? { tokens.last }

    /// The token so many places from the beginning.
    subscript(offset: Int) -> Token? {
        offset >= 0 && offset < tokens.count ? tokens[tokens.startIndex + offset] : nil
    }

    func prefix(_ count: Int) -> Phrase { Phrase(tokens.prefix(count)) }
    func suffix(_ count: Int) -> Phrase { Phrase(tokens.suffix(count)) }
    func dropFirst(_ count: Int = 1) -> Phrase { Phrase(tokens.dropFirst(count)) }
    func dropLast(_ count: Int = 1) -> Phrase { Phrase(tokens.dropLast(count)) }

    /// Whether it is one quotation and nothing else.
    var isQuotation: Bool { tokens.count == 1 && tokens.first?.kind == .quoted }

    /// The quotation in it, where there is exactly one.
    var onlyQuotation: Int? {
        let places = tokens.indices.filter { tokens[$0].kind == .quoted }
        return places.count == 1 ? places[0] - tokens.startIndex : nil
    }

    /// The text: of a quotation alone without quotes, otherwise as written.
    var text: String {
        if isQuotation, let only = tokens.first { return only.text }
        var text = ""
        for token in tokens {
            if token.text == "\n" { continue }
            if !text.isEmpty, token.hasSpaceBefore { text += " " }
            text += token.kind == .quoted ? "\"\(token.text)\"" : token.text
        }
        return text
    }

    func contains(where test: (Token) -> Bool) -> Bool { tokens.contains(where: test) }

    func first(where test: (Token) -> Bool) -> Token? { tokens.first(where: test) }

    /// Where a word first stands.
    func place(of key: String) -> Int? { tokens.firstIndex { $0.key == key }.map { $0 - tokens.startIndex } }

    /// What the grammar compares, token by token.
    var keys: [String] { tokens.map(\.key) }

    /// The keys joined by spaces.
    var key: String { keys.joined(separator: " ") }

    func hasPrefix(_ words: String...) -> Bool { starts(with: words) }

    func starts(with words: [String]) -> Bool {
        guard words.count <= tokens.count else { return false }
        return zip(tokens, words).allSatisfy { $0.key == $1 }
    }

    func ends(with words: [String]) -> Bool {
        guard words.count <= tokens.count else { return false }
        return zip(tokens.suffix(words.count), words).allSatisfy { $0.key == $1 }
    }

    /// What follows one of the openings, the longest that fits.
    func dropping(_ openings: PhraseSet) -> Phrase? {
        let length = openings.length(at: self)
        return length > 0 ? dropFirst(length) : nil
    }

    /// Without punctuation at its ends.
    var trimmed: Phrase {
        var tokens = tokens
        while let first = tokens.first, first.kind == .mark, first.text != "(" { tokens = tokens.dropFirst() }
        while let last = tokens.last, last.kind == .mark, last.text != ")", last.text != "]" {
            tokens = tokens.dropLast()
        }
        return Phrase(tokens)
    }

    /// Without articles and the like at the beginning, unless nothing would be left.
    var withoutArticle: Phrase {
        var rest = self
        while rest.count > 1, let first = rest.first, Self.articles.contains(first.key),
            first.text != "A" || rest.count == count,
            let next = rest[1], next.kind != .mark, next.key != "and", next.key != "or"
        {
            rest = rest.dropFirst()
        }
        return rest
    }

    static let articles: Set<String> = [
        "the", "a", "an", "my", "your", "this", "that", "its", "their", "any", "some", "these", "those",
    ]

    /// Splits at the last of the given words that has something before and after it.
    func split(atLast words: Set<String>) -> (Phrase, Phrase)? {
        guard let place = tokens.indices.dropFirst().dropLast().last(where: { words.contains(tokens[$0].key) }) else {
            return nil
        }
        return (Phrase(tokens[..<place]), Phrase(tokens[(place + 1)...]))
    }

    /// Splits at the first of the given words that has something before and after it.
    func split(atFirst words: Set<String>) -> (Phrase, Phrase)? {
        guard let place = tokens.indices.dropFirst().dropLast().first(where: { words.contains(tokens[$0].key) }) else {
            return nil
        }
        return (Phrase(tokens[..<place]), Phrase(tokens[(place + 1)...]))
    }

    /// The parts between commas and "and", without empty ones, each with its place.
    func listed(_ separators: Set<String> = [",", "and", "&", "plus", ";", "\n"]) -> [Phrase] {
        tokens.split { separators.contains($0.key) && $0.kind != .quoted }.map { Phrase($0) }.filter {
            !$0.trimmed.isEmpty
        }
    }
}

/// Fixed phrases of a few words, found at the beginning of a text by their first word.
struct PhraseMap<Value: Sendable>: Sendable {
    private var byFirst: [String: [(words: [String], value: Value)]] = [:]

    init(_ phrases: [(String, Value)]) {
        for (phrase, value) in phrases {
            let words = phrase.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            byFirst[first, default: []].append((words, value))
        }
        // The longest counts: "click on" before "click".
        for key in byFirst.keys { byFirst[key]?.sort { $0.words.count > $1.words.count } }
    }

    /// The longest phrase that the text begins with: its length in tokens and what it stands for.
    func match(at phrase: Phrase) -> (length: Int, value: Value)? {
        guard let first = phrase.first, first.kind != .quoted, let candidates = byFirst[first.key] else { return nil }
        return candidates.first { phrase.starts(with: $0.words) }.map { ($0.words.count, $0.value) }
    }
}

/// A set of fixed phrases.
struct PhraseSet: Sendable, ExpressibleByArrayLiteral {
    private let map: PhraseMap<Bool>

    init(arrayLiteral phrases: String...) { map = PhraseMap(phrases.map { ($0, true) }) }

    init(_ phrases: [String]) { map = PhraseMap(phrases.map { ($0, true) }) }

    /// How many tokens the longest phrase has that the text begins with; 0 for none.
    func length(at phrase: Phrase) -> Int { map.match(at: phrase)?.length ?? 0 }
}

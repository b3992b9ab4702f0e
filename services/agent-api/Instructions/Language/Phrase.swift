//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A run of tokens.
struct Phrase: Hashable, Sendable {
    var tokens: ArraySlice<Token>
    /// The task that the tokens are of, in UTF-8.
    let source: [UInt8]

    var isEmpty: Bool { tokens.isEmpty }
    var count: Int { tokens.count }
    var first: Token? { tokens.first }
    var last: Token? { tokens.last }

    subscript(offset: Int) -> Token? {
        let index = tokens.startIndex + offset
        return tokens.indices.contains(index) ? tokens[index] : nil
    }

    /// The words as they were written; a quotation alone without its marks.
    var text: String {
        guard let first else { return "" }
        if count == 1, first.isQuoted { return first.text }
        return written
    }

    /// The words as they were written.
    var written: String {
        guard let first, let last else { return "" }
        return String(decoding: source[first.range.lowerBound..<last.range.upperBound], as: UTF8.self)
            .split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    /// Whether a question mark stands behind it.
    var isQuestion: Bool {
        last.map { $0.range.upperBound < source.count && source[$0.range.upperBound] == UInt8(ascii: "?") } ?? false
    }

    /// All of it as it was written, with the marks up to the end of its line: a text that is no part of the sentence.
    var literal: String {
        guard let first, let last else { return "" }
        if count == 1, first.isQuoted { return first.text }
        var end = last.range.upperBound
        while end < source.count, ".!?)…".utf8.contains(source[end]) { end += 1 }
        return String(decoding: source[first.range.lowerBound..<end], as: UTF8.self).trimmed
    }

    /// The words in lower case.
    var words: [String] { tokens.filter { $0.kind != .mark }.map { $0.isQuoted ? $0.text.lowercased() : $0.word } }

    func dropping(_ count: Int) -> Phrase { Phrase(tokens: tokens.dropFirst(count), source: source) }
    func droppingLast(_ count: Int = 1) -> Phrase { Phrase(tokens: tokens.dropLast(count), source: source) }
    func prefix(_ count: Int) -> Phrase { Phrase(tokens: tokens.prefix(count), source: source) }
    func range(_ range: Range<Int>) -> Phrase {
        Phrase(
            tokens: tokens[tokens.startIndex + range.lowerBound..<tokens.startIndex + range.upperBound],
            source: source
        )
    }

    /// Whether these words stand at a place.
    func has(_ words: [String], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset + words.count <= count else { return false }
        return words.indices.allSatisfy { self[offset + $0]?.word == words[$0] }
    }

    func starts(_ words: String...) -> Bool { words.contains { has($0.split(separator: " ").map(String.init)) } }

    func ends(_ words: String...) -> Bool {
        words.contains {
            let list = $0.split(separator: " ").map(String.init)
            return has(list, at: count - list.count)
        }
    }

    /// The offset of the first of these words.
    func offset(of words: String..., from start: Int = 0) -> Int? {
        (start..<max(start, count)).first { index in
            words.contains { has($0.split(separator: " ").map(String.init), at: index) }
        }
    }

    func lastOffset(of words: String...) -> Int? {
        (0..<count).last { index in words.contains { has($0.split(separator: " ").map(String.init), at: index) } }
    }

    func offset(ofMark mark: String) -> Int? { (0..<count).first { self[$0]?.is(mark) ?? false } }

    /// Without words at the beginning and the end that say nothing, and without marks there.
    var trimmed: Phrase {
        var phrase = self
        while let first = phrase.first, first.kind == .mark { phrase = phrase.dropping(1) }
        while let last = phrase.last, last.kind == .mark { phrase = phrase.droppingLast() }
        return phrase
    }

    /// Without an article at the beginning.
    var withoutArticle: Phrase {
        var phrase = trimmed
        while let first = phrase.first, phrase.count > 1, first.isWord,
            ["the", "a", "an", "my", "your", "this", "these", "that", "those", "its", "their", "his", "her", "our"]
                .contains(first.word),
            !first.isCapitalized || ["the", "a", "an"].contains(first.word) || first.range.lowerBound == 0
        {
            phrase = phrase.dropping(1)
        }
        return phrase
    }

    /// Cut at commas and "and".
    var listed: [Phrase] {
        var parts: [Phrase] = []
        var start = 0
        var isBetween = false
        for offset in 0..<count {
            guard let token = self[offset] else { continue }
            if token.word == "between" { isBetween = true }
            let isJoint = token.is(",") || token.is(";") || (token.isWord && ["and", "&", "plus"].contains(token.word))
            guard isJoint else { continue }
            if isBetween, token.word == "and" {
                isBetween = false
                continue
            }
            if offset > start { parts.append(range(start..<offset)) }
            start = offset + 1
        }
        if start < count { parts.append(range(start..<count)) }
        return parts.map(\.trimmed).filter { !$0.isEmpty }
    }
}

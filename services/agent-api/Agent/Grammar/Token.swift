//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A word, a quotation or a punctuation mark of a task.
struct Token: Sendable, Hashable {
    enum Kind: Sendable {
        /// A run of characters between spaces, without the punctuation around it: `Save`, `e-mail`, `a.com/b?c=1`.
        case word
        /// A quoted text. Nothing in it is ever taken for grammar.
        case quoted
        /// One punctuation mark, or a line's end as `\n`.
        case mark
    }

    var kind: Kind
    /// A word as written, a quotation without its quotes, or the mark.
    var text: String
    /// What the grammar compares: the word in lower case with plain apostrophes, the mark itself, nothing for a
    /// quotation.
    var key: String
    /// Whether white space stands before it.
    var hasSpaceBefore: Bool
    /// Which characters of the task it is.
    var range: Range<Int>

    /// Whether it is one of the given marks.
    func isMark(_ marks: String) -> Bool { kind == .mark && marks.contains(text) }
}

/// Cuts a task into tokens, in linear time.
struct Tokenizer {
    private let characters: [Character]
    private var tokens: [Token] = []
    private var index = 0
    private var hasSpace = false
    /// What does not close from somewhere on does not close later either; without this a text of opening quotes would
    /// be searched to its end again and again.
    private var unclosed: Set<Character> = []

    private static let closings: [Character: Character] = [
        "\"": "\"", "“": "”", "”": "”", "„": "“", "‘": "’", "'": "'", "«": "»", "`": "`",
    ]
    private static let trailing: Set<Character> = [",", ";", ":", ".", "!", "?", ")", "]", "…"]
    private static let leading: Set<Character> = ["(", "["]

    private init(_ text: String) { characters = Array(text) }

    static func tokens(of text: String) -> [Token] {
        var tokenizer = Tokenizer(text)
        tokenizer.run()
        return tokenizer.tokens
    }

    private mutating func run() {
        while index < characters.count {
            let character = characters[index]
            if character.isNewline {
                append(.mark, "\n", index..<(index + 1))
                index += 1
                hasSpace = true
            } else if character.isWhitespace {
                index += 1
                hasSpace = true
            } else if let end = quotationEnd() {
                append(.quoted, String(characters[(index + 1)..<end]), index..<(end + 1))
                index = end + 1
            } else {
                word()
            }
        }
    }

    private mutating func append(_ kind: Token.Kind, _ text: String, _ range: Range<Int>) {
        let key = kind == .quoted ? "" : text.lowercased().replacing("’", with: "'")
        tokens.append(Token(kind: kind, text: text, key: key, hasSpaceBefore: hasSpace, range: range))
        hasSpace = false
    }

    // MARK: Quotations

    private static func isApostrophe(_ character: Character) -> Bool {
        character == "'" || character == "’" || character == "‘"
    }

    /// Where the quotation that begins here ends. An apostrophe inside of a word neither opens nor closes one.
    private mutating func quotationEnd() -> Int? {
        let opening = characters[index]
        guard let closing = Self.closings[opening], !unclosed.contains(closing) else { return nil }
        let before = index > 0 ? characters[index - 1] : " "
        if Self.isApostrophe(opening), before.isLetter || before.isNumber { return nil }
        var end = index + 1
        while end < characters.count {
            let isWordAfter =
                end + 1 < characters.count && (characters[end + 1].isLetter || characters[end + 1].isNumber)
            if characters[end] == closing, !(Self.isApostrophe(closing) && isWordAfter) { return end }
            end += 1
        }
        unclosed.insert(closing)
        return nil
    }

    // MARK: Words

    private mutating func word() {
        var end = index
        while end < characters.count, !characters[end].isWhitespace {
            // A quotation begins a token of its own, as in `name:"Ada"`.
            if end > index, "\"“„«`".contains(characters[end]) { break }
            end += 1
        }
        var range = index..<end
        index = end
        while let first = range.first, range.count > 1, Self.leading.contains(characters[first]) {
            append(.mark, String(characters[first]), first..<(first + 1))
            range = range.dropFirst()
        }
        var marks: [Int] = []
        while let last = range.last, Self.trailing.contains(characters[last]) {
            marks.append(last)
            range = range.dropLast()
        }
        body(range)
        for mark in marks.reversed() { append(.mark, String(characters[mark]), mark..<(mark + 1)) }
    }

    /// A word without the punctuation around it: cut where a list is written without spaces, as in `a,b` and `File>Save`.
    private mutating func body(_ range: Range<Int>) {
        // Emphasis as people write it in plain text.
        var range = range
        while range.count > 2, characters[range.lowerBound] == "*", characters[range.upperBound - 1] == "*" {
            range = range.dropFirst().dropLast()
        }
        guard !range.isEmpty else { return }
        let isAddress = range.contains { characters[$0] == "/" } || range.contains { characters[$0] == "@" }
        guard !isAddress, range.count > 1 else { return part(range) }
        var start = range.lowerBound
        for position in range where [",", ">", ";", "→"].contains(characters[position]) {
            let before = position > range.lowerBound ? characters[position - 1] : " "
            let after = position + 1 < range.upperBound ? characters[position + 1] : " "
            if characters[position] == ",", before.isNumber, after.isNumber { continue }
            // "->" and "=>"
            let isArrow = characters[position] == ">" && (before == "-" || before == "=")
            part(start..<(isArrow ? position - 1 : position))
            append(.mark, characters[position] == "→" ? ">" : String(characters[position]), position..<(position + 1))
            start = position + 1
        }
        part(start..<range.upperBound)
    }

    private mutating func part(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        let text = String(characters[range])
        switch text {
        case ">", "→": append(.mark, ">", range)
        default: append(.word, text, range)
        }
    }
}

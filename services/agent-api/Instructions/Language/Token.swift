//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A word, a quotation or a mark of a sentence, and where it stands.
struct Token: Hashable, Sendable {
    enum Kind: Hashable, Sendable { case word, quoted, mark, end }

    var kind: Kind
    /// As written, without quotation marks.
    var text: String
    /// In lower case, for comparing with ``Words``; empty for quotations.
    var word: String
    /// Its place in the task, in UTF-8.
    var range: Range<Int>
    /// Whether a line ends behind it.
    var endsLine = false

    var isWord: Bool { kind == .word }
    var isQuoted: Bool { kind == .quoted }
    var isCapitalized: Bool { text.first?.isUppercase ?? false }
    var isNumber: Bool { number != nil }
    /// The number that it says, in figures.
    var number: Double? {
        guard kind == .word, text.utf8.contains(where: { $0 >= 48 && $0 <= 57 }) else { return nil }
        return Double(text.replacing(",", with: ""))
    }
    /// A whole number, in figures or as a word.
    var count: Int? { kind == .word ? Words.numbers[word] ?? Int(text) : nil }

    func `is`(_ mark: String) -> Bool { kind == .mark && text == mark }
}

/// Cuts a task into tokens, in one pass.
struct Tokenizer {
    private let bytes: [UInt8]
    private var position = 0
    private var tokens: [Token] = []
    /// Quotation marks that open something that nothing closes.
    private var unclosed: Set<String> = []

    private static let closing: [String: [String]] = [
        "\"": ["\""], "“": ["”", "\""], "„": ["“", "”"], "«": ["»"], "`": ["`"], "‘": ["’", "'"], "'": ["'"],
    ]
    private static let marks: Set<UInt8> = Set(",;:.!?()".utf8)

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func tokens(of text: String) -> [Token] {
        var tokenizer = Tokenizer(text)
        tokenizer.run()
        return tokenizer.tokens
    }

    private mutating func run() {
        while position < bytes.count {
            let byte = bytes[position]
            if byte == 10 {
                if !tokens.isEmpty { tokens[tokens.count - 1].endsLine = true }
                position += 1
            } else if byte <= 32 {
                position += 1
            } else if let quote = openingQuote, quotation(quote) {
                continue
            } else if Self.marks.contains(byte) {
                append(.mark, position..<position + 1)
            } else {
                word()
            }
        }
    }

    private mutating func append(_ kind: Token.Kind, _ range: Range<Int>, inner: Range<Int>? = nil) {
        let text = String(decoding: bytes[inner ?? range], as: UTF8.self)
        let word = kind == .quoted ? "" : text.lowercased().replacing("’", with: "'")
        tokens.append(Token(kind: kind, text: text, word: word, range: range))
        position = range.upperBound
    }

    private func has(_ text: String, at place: Int) -> Bool {
        let end = place + text.utf8.count
        return end <= bytes.count && bytes[place..<end].elementsEqual(text.utf8)
    }

    private var openingQuote: String? {
        guard let quote = Self.closing.keys.first(where: { has($0, at: position) }) else { return nil }
        // An apostrophe within a word opens nothing.
        if quote == "'" || quote == "’", position > 0, bytes[position - 1] > 32, bytes[position - 1] != 40 {
            return nil
        }
        return quote
    }

    private mutating func quotation(_ quote: String) -> Bool {
        let start = position + quote.utf8.count
        var place = start
        guard !unclosed.contains(quote) else { return false }
        let isSingle = quote == "'" || quote == "‘"
        while place < bytes.count {
            if let end = Self.closing[quote]?.first(where: { has($0, at: place) }) {
                let after = place + end.utf8.count
                let isApostrophe = end == "'" || end == "’"
                if !isApostrophe || after >= bytes.count || !Self.isLetter(bytes[after]) {
                    append(.quoted, position..<after, inner: start..<place)
                    return true
                }
            }
            // A quotation in single marks does not go beyond its line, and is not long.
            if isSingle, bytes[place] == 10 || place - start > 200 { return false }
            place += 1
        }
        unclosed.insert(quote)
        return false
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (65...90).contains(byte) || (97...122).contains(byte) || (48...57).contains(byte) || byte >= 128
    }

    /// A word goes to the next space; marks at its end do not belong to it, those in it do.
    private mutating func word() {
        var end = position
        while end < bytes.count, bytes[end] > 32 {
            // Between words without spaces: "Cocoa,Egg" and "A>B" are lists, "7.50" and "a,b@c" are not.
            if end > position, bytes[end] == 44 || bytes[end] == 59, end + 1 < bytes.count,
                Self.isLetter(bytes[end + 1]),
                !(48...57).contains(bytes[end + 1]) || bytes[end] == 59
            {
                break
            }
            if bytes[position] == 62, end == position {
                end += 1
                break
            }
            if bytes[end] == 62, end > position, end + 1 < bytes.count, bytes[end + 1] > 32 { break }
            if bytes[end] == 34, end > position { break }
            if end > position, has("”", at: end) || has("“", at: end) { break }
            end += 1
        }
        if end == position { end += 1 }
        while end > position + 1, Self.isTrailing(bytes[end - 1]) {
            // "Secret1! and": the sentence goes on, so the mark belongs to the word.
            if bytes[end - 1] == 33 || bytes[end - 1] == 63, end + 1 < bytes.count, bytes[end] == 32,
                (97...122).contains(bytes[end + 1])
            {
                break
            }
            end -= 1
        }
        if isAbbreviation(position..<end) { end += 1 }
        append(bytes[position] == 62 && end == position + 1 ? .mark : .word, position..<end)
    }

    /// "no. 104", "Dr. Byrne": the full stop ends no sentence.
    private func isAbbreviation(_ range: Range<Int>) -> Bool {
        guard range.count <= 4, has(". ", at: range.upperBound), range.upperBound + 2 < bytes.count else {
            return false
        }
        let next = bytes[range.upperBound + 2]
        switch String(decoding: bytes[range], as: UTF8.self).lowercased() {
        case "no", "nr": return (48...57).contains(next)
        case "dr", "mr", "mrs", "ms", "prof", "st": return (65...90).contains(next)
        default: return false
        }
    }

    private static func isTrailing(_ byte: UInt8) -> Bool { marks.contains(byte) }
}

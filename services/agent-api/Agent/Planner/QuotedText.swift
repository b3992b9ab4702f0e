//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A text whose quoted parts are put aside, so that the words that join steps are not looked for inside of them.
///
/// Each quoted part is replaced by one character of the private use area and put back by ``restore(_:)``.
struct QuotedText {
    /// The text with a mark in the place of each quoted part.
    let masked: String
    private let parts: [String]

    private static let firstMark: UInt32 = 0xF0000
    private static let pairs: [Character: Character] = [
        "\"": "\"", "“": "”", "”": "”", "„": "“", "‘": "’", "'": "'", "«": "»", "`": "`",
    ]

    init(_ text: String) {
        let characters = Array(text)
        var masked = ""
        var parts: [String] = []
        // What does not close from here on does not close later either; without this a text of opening quotes takes for
        // ever.
        var unclosed: Set<Character> = []
        var index = 0
        while index < characters.count {
            let character = characters[index]
            if let closing = Self.pairs[character], !unclosed.contains(closing), Self.opens(at: index, in: characters) {
                if let end = Self.end(of: closing, from: index, in: characters), let mark = Self.mark(parts.count) {
                    parts.append(String(characters[(index + 1)..<end]))
                    masked.unicodeScalars.append(mark)
                    index = end + 1
                    continue
                }
                unclosed.insert(closing)
            }
            // A mark that came with the text would be taken for one of ours.
            let isMark = character.unicodeScalars.contains { $0.value >= Self.firstMark }
            masked.append(isMark ? "\u{FFFD}" : character)
            index += 1
        }
        self.masked = masked
        self.parts = parts
    }

    private static func mark(_ number: Int) -> Unicode.Scalar? {
        Unicode.Scalar(firstMark + UInt32(number))
    }

    private static func isApostrophe(_ character: Character) -> Bool {
        character == "'" || character == "’" || character == "‘"
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isLetter || character.isNumber
    }

    /// An apostrophe inside of a word or after it opens no quotation.
    private static func opens(at index: Int, in characters: [Character]) -> Bool {
        !isApostrophe(characters[index]) || index == 0 || !isWordCharacter(characters[index - 1])
    }

    /// Where the quotation that opens at `start` closes. An apostrophe inside of a word closes none.
    private static func end(of closing: Character, from start: Int, in characters: [Character]) -> Int? {
        characters.indices[(start + 1)...].first { index in
            guard characters[index] == closing else { return false }
            return !isApostrophe(closing) || index + 1 == characters.count || !isWordCharacter(characters[index + 1])
        }
    }

    /// Puts the quoted parts back: without their quotes where the text is nothing else, with plain ones otherwise.
    func restore(_ text: some StringProtocol) -> String {
        let text = text.trimmed
        if text.unicodeScalars.count == 1, let only = text.unicodeScalars.first, let part = part(only) { return part }
        var restored = ""
        for scalar in text.unicodeScalars {
            if let part = part(scalar) {
                restored += "\"\(part)\""
            } else {
                restored.unicodeScalars.append(scalar)
            }
        }
        return restored
    }

    /// Whether a text is one quoted part and nothing else.
    func isQuotation(_ text: some StringProtocol) -> Bool {
        let scalars = text.trimmed.unicodeScalars
        return scalars.count == 1 && scalars.first.flatMap(part) != nil
    }

    private func part(_ scalar: Unicode.Scalar) -> String? {
        guard scalar.value >= Self.firstMark else { return nil }
        let index = Int(scalar.value - Self.firstMark)
        return parts.indices.contains(index) ? parts[index] : nil
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var part = self[...]
        while part.first?.isWhitespace == true { part.removeFirst() }
        while part.last?.isWhitespace == true { part.removeLast() }
        return String(part)
    }
}

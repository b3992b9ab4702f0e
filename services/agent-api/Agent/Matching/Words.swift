//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A name as it is compared: its words in lower case without punctuation.
struct Words: Sendable, Hashable {
    /// The words, in order.
    var list: [String]
    /// The words without spaces: "log in" and "login" are the same.
    var joined: String
    /// The text as it was, with single spaces.
    var plain: String

    init(_ text: String) {
        plain = Self.singleSpaced(text)
        list = Self.split(plain)
        joined = list.joined()
    }

    var isEmpty: Bool { plain.isEmpty }

    private static func singleSpaced(_ text: String) -> String {
        var result = ""
        var hasSpace = false
        for scalar in text.unicodeScalars {
            if scalar.properties.isWhitespace || scalar.value == 0x200B || scalar.value == 0xFEFF {
                hasSpace = !result.isEmpty
            } else {
                if hasSpace { result.unicodeScalars.append(" ") }
                hasSpace = false
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Letters and digits belong to words, an apostrophe does not part them, everything else does.
    private static func split(_ text: String) -> [String] {
        var words: [String] = []
        var word = ""
        for scalar in text.lowercased().unicodeScalars {
            let isWord =
                scalar.isASCII
                ? (scalar.value >= 97 && scalar.value <= 122) || (scalar.value >= 48 && scalar.value <= 57)
                : scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            if isWord {
                word.unicodeScalars.append(scalar)
            } else if scalar != "'" && scalar != "’" {
                if !word.isEmpty { words.append(word) }
                word = ""
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }

    /// An identifier in words: `first_name`, `firstName` and `first-name` are "first name".
    static func ofIdentifier(_ text: String) -> Words {
        var spaced = ""
        var wasLower = false
        for character in text.prefix(80) {
            if character.isUppercase, wasLower { spaced.append(" ") }
            wasLower = character.isLowercase || character.isNumber
            spaced.append("-_.[]:/".contains(character) ? " " : character)
        }
        return Words(spaced)
    }
}

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

    /// The words' numbers in a ``Vocabulary``, where they have some.
    var numbers: [Int] = []

    init(_ text: String) {
        plain = Self.singleSpaced(text)
        list = Self.split(plain)
        joined = list.count == 1 ? list[0] : list.joined()
    }

    var isEmpty: Bool { plain.isEmpty }

    private static func singleSpaced(_ text: String) -> String {
        var before: UInt8 = 32
        let isTidy = text.utf8.allSatisfy { byte in
            defer { before = byte }
            return byte >= 32 && byte < 127 && !(byte == 32 && before == 32)
        }
        if isTidy, before != 32 { return text }
        var result = ""
        var hasSpace = false
        for scalar in text.unicodeScalars {
            if isSpace(scalar) {
                hasSpace = !result.isEmpty
            } else {
                if hasSpace { result.unicodeScalars.append(" ") }
                hasSpace = false
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// White space, and what has no width. Asking for the property costs more than all the rest.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case ...32, 0x7F, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF: true
        default: false
        }
    }

    /// Letters and digits belong to words, an apostrophe does not part them, everything else does.
    private static func split(_ text: String) -> [String] {
        if text.utf8.allSatisfy({ $0 < 128 }) { return joined(splitASCII(text)) }
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
        return joined(words)
    }

    private static func splitASCII(_ text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 97...122, 48...57: word.append(byte)
            case 65...90: word.append(byte + 32)
            case 39: break
            default:
                if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
                word.removeAll(keepingCapacity: true)
            }
        }
        if !word.isEmpty { words.append(String(decoding: word, as: UTF8.self)) }
        return words
    }

    /// "E-mail" is written in three ways.
    private static func joined(_ words: [String]) -> [String] {
        guard words.contains("e") else { return words }
        var words = words
        while let place = words.indices.dropLast().first(where: { words[$0] == "e" && words[$0 + 1] == "mail" }) {
            words.replaceSubrange(place...(place + 1), with: ["email"])
        }
        return words
    }

    /// An identifier in words: `first_name`, `firstName` and `first-name` are "first name".
    static func ofIdentifier(_ text: String) -> Words {
        var spaced: [UInt8] = []
        var wasLower = false
        for byte in text.utf8.prefix(80) {
            let isUpper = byte >= 65 && byte <= 90
            if isUpper, wasLower { spaced.append(32) }
            wasLower = (byte >= 97 && byte <= 122) || (byte >= 48 && byte <= 57)
            spaced.append("-_.[]:/".utf8.contains(byte) ? 32 : byte)
        }
        return Words(String(decoding: spaced, as: UTF8.self))
    }
}

/// The words of a page, numbered, so that each is compared only once.
struct Vocabulary: Sendable {
    private var numbers: [String: Int] = [:]

    var count: Int { numbers.count }

    /// Numbers the words of a name.
    mutating func number(_ words: Words) -> Words {
        var words = words
        words.numbers = words.list.map { word in
            if let known = numbers[word] { return known }
            numbers[word] = numbers.count
            return numbers.count - 1
        }
        return words
    }
}

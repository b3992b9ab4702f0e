//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What is searched for: words, phrases, and beginnings of words, all of which a record must have.
///
/// `checkout failed`, `"add to cart"`, `check*`. There are no operators: everything else in a text is a letter or a
/// separator, so no text can be a wrong query.
package struct SearchText: Hashable, Sendable {
    package struct Term: Hashable, Sendable {
        /// Words that follow one another.
        package var words: String

        /// Whether the last word is the beginning of one.
        package var isPrefix: Bool
    }

    /// One or more.
    package let terms: [Term]

    /// The longest text, in characters, and the most terms.
    package static let limits = (characters: 500, terms: 20)

    package static let rule =
        "words, \"phrases\" in quotation marks and beginnings of words with a * behind two letters or more, of "
        + "\(limits.characters) characters and \(limits.terms) words or phrases at most, with a letter or a digit among them"

    /// - Returns: `nil` for a text that breaks the ``rule``.
    package init?(_ text: String) {
        guard text.count <= Self.limits.characters else { return nil }
        var terms: [Term] = []
        var rest = Substring(text)
        while let first = rest.first {
            let words: Substring
            if first == "\"" {
                rest.removeFirst()
                // A phrase that is not closed goes to the end.
                words = rest.prefix { $0 != "\"" }
                rest = rest.dropFirst(words.count + 1)
            } else if first.isWhitespace {
                rest.removeFirst()
                continue
            } else {
                words = rest.prefix { $0 != "\"" && $0 != "*" && !$0.isWhitespace }
                rest = rest.dropFirst(words.count)
            }
            let stars = rest.prefix { $0 == "*" }.count
            rest = rest.dropFirst(stars)
            let clean = String(String.UnicodeScalarView(words.unicodeScalars.map { Self.isMark($0) ? " " : $0 }))
            guard clean.contains(where: { $0.isLetter || $0.isNumber }) else { continue }
            // A star counts for the word that it stands behind.
            let word = clean.reversed().prefix { $0.isLetter || $0.isNumber }
            let endsInWord = !word.isEmpty
            // All words with a letter are too many to be of use, and take seconds to look through.
            if stars > 0, endsInWord, String(word).utf8.count < 2 { return nil }
            terms.append(Term(words: clean, isPrefix: stars > 0 && endsInWord))
        }
        guard !terms.isEmpty, terms.count <= Self.limits.terms else { return nil }
        self.terms = terms
    }

    /// What no index has and no database likes. A quotation mark with an accent is no end of a phrase, and is one to a
    /// database.
    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value == 0x7F || scalar == "\""
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Secrets

/// The door through which all that a model's server says comes in: without the key, and within a bound.
struct ServerWords: Sendable {
    /// The longest message of an error, in characters.
    static let longestMessage = 360
    /// How much of a text is looked at, in bytes.
    private static let longestText = 16 << 10
    /// A shorter key is a placeholder such as `ollama`, as servers of one's own take it. It may well be a word of an answer.
    private static let shortestSecretKey = 16
    private static let mark = "••••"

    private let mask: SecretMask
    private let masksAnswers: Bool

    init(hiding key: HiddenText?) {
        mask = key.map { SecretMask(hiding: $0.exposed, behind: Self.mark) } ?? .none
        masksAnswers = key.map { $0.exposed.utf8.count >= Self.shortestSecretKey } ?? false
    }

    /// An answer without the key, in whatever way it is written.
    func answer(_ value: JSONValue) -> JSONValue { masksAnswers ? mask.masked(value) : value }

    /// What becomes a part of an error's message: one line without the key, and without what looks like a part of one.
    ///
    /// It may have been cut off anywhere, also in the middle of the key.
    func line(_ text: String) -> String {
        // What is longer is not shown, and need not be searched.
        let line = String(decoding: text.utf8.prefix(Self.longestText), as: UTF8.self).split {
            $0.isWhitespace || $0.isNewline
        }.joined(separator: " ")
        let safe = Self.withoutUsualKeys(mask.masked(line, isCut: true))
        return safe.count <= Self.longestMessage ? safe : safe.prefix(Self.longestMessage - 1) + "…"
    }

    /// Servers repeat parts of keys, with stars in place of the rest.
    private static func withoutUsualKeys(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "sk-")?.lowerBound {
            result += rest[..<start]
            let key = rest[start...].prefix { $0.isLetter || $0.isNumber || "-_*.".contains($0) }
            // "task-" and the like end in the same letters.
            let isWord = result.last.map { $0.isLetter || $0.isNumber } ?? false
            result += isWord || key.count < 8 ? String(key) : mark
            rest = rest[key.endIndex...]
        }
        return result + rest
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Secrets

/// All text from a model's server passes through here, which removes the key and limits the length.
struct ServerWords: Sendable {
    /// The maximum length of an error message, in characters.
    static let longestMessage = 360
    /// How much of a text is processed, in bytes.
    private static let longestText = 16 << 10
    /// A shorter key is a placeholder such as `ollama` for a self-hosted server, and could be an ordinary word of an
    /// answer.
    private static let shortestSecretKey = 16
    private static let mark = "••••"

    private let mask: SecretMask
    private let masksAnswers: Bool

    init(hiding key: HiddenText?) {
        mask = key.map { SecretMask(hiding: $0.exposed, behind: Self.mark) } ?? .none
        masksAnswers = key.map { $0.exposed.utf8.count >= Self.shortestSecretKey } ?? false
    }

    /// An answer without the key, however it is encoded.
    func answer(_ value: JSONValue) -> JSONValue { masksAnswers ? mask.masked(value) : value }

    /// Text for an error message: one line, without the key and anything that looks like part of one.
    ///
    /// The text may have been cut off anywhere, even inside the key.
    func line(_ text: String) -> String {
        // The rest is not shown, so it need not be searched.
        let line = String(decoding: text.utf8.prefix(Self.longestText), as: UTF8.self).split {
            $0.isWhitespace || $0.isNewline
        }.joined(separator: " ")
        let safe = Self.withoutUsualKeys(mask.masked(line, isCut: true))
        return safe.count <= Self.longestMessage ? safe : safe.prefix(Self.longestMessage - 1) + "…"
    }

    /// Servers echo parts of keys, with stars for the rest.
    private static func withoutUsualKeys(_ text: String) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "sk-")?.lowerBound {
            result += rest[..<start]
            let key = rest[start...].prefix { $0.isLetter || $0.isNumber || "-_*.".contains($0) }
            // Words such as "task-" end in the same letters.
            let isWord = result.last.map { $0.isLetter || $0.isNumber } ?? false
            result += isWord || key.count < 8 ? String(key) : mark
            rest = rest[key.endIndex...]
        }
        return result + rest
    }
}

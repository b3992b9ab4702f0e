//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What a run waits for that only a person can give (protocol, section 4).
package struct WaitingFor: JSONObject, Hashable, Sendable {
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        /// An answer in words.
        case answer

        /// A yes or a no.
        case approval
    }

    package var kind: Kind

    /// What is asked.
    package var question: String

    /// When the run stops waiting.
    package var expiresAt: Timestamp

    /// `true` for an answer that is not for everybody's eyes; else `nil`.
    private var secret: Bool?

    /// Whether the answer is likely not to be for everybody's eyes.
    package var isSecret: Bool { secret ?? false }

    package init(_ kind: Kind, _ question: String, expiresAt: Timestamp) {
        self.kind = kind
        self.question = question
        self.expiresAt = expiresAt
        secret = kind == .answer && Self.asksForSecret(question) ? true : nil
    }

    private enum CodingKeys: String, CodingKey {
        case kind, question, secret
        case expiresAt = "expires_at"
    }

    /// As a record has it.
    package var data: JSONValue {
        var members: [String: JSONValue] = [
            "kind": .string(kind.rawValue), "question": .string(question), "expires_at": .string(expiresAt.iso8601),
        ]
        members["secret"] = secret.map(JSONValue.bool)
        return .object(members)
    }

    private static func asksForSecret(_ question: String) -> Bool {
        let words = question.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return words.contains { secretWords.contains($0) }
    }

    private static let secretWords: Set<String> = [
        "password", "passwords", "passcode", "passphrase", "pin", "code", "codes", "otp", "secret", "token", "cvv",
        "cvc", "credentials", "key",
    ]
}

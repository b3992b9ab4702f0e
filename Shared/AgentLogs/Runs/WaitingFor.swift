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

    package init(_ kind: Kind, _ question: String, expiresAt: Timestamp) {
        self.kind = kind
        self.question = question
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: String, CodingKey {
        case kind, question
        case expiresAt = "expires_at"
    }

    /// As a record has it.
    package var data: JSONValue {
        [
            "kind": .string(kind.rawValue), "question": .string(question), "expires_at": .string(expiresAt.iso8601),
        ]
    }
}

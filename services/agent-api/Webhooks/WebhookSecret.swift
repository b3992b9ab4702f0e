//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Crypto
import FoundationEssentials

/// The secret that a receiver and this service share: `whsec_` and the base64 of 24 to 64 bytes (Standard Webhooks).
package struct WebhookSecret: Sendable, Hashable, CustomStringConvertible, CustomReflectable {
    /// What a secret must be, for messages.
    package static let rule = "whsec_ followed by the base64 of 24 to 64 random bytes"

    private static let prefix = "whsec_"

    private let bytes: [UInt8]

    /// Reads a secret; `nil` for any other text.
    package init?(_ text: String) {
        guard text.hasPrefix(Self.prefix),
            let bytes = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))), (24...64).contains(bytes.count)
        else { return nil }
        self.bytes = Array(bytes)
    }

    /// The value of `webhook-signature`.
    ///
    /// - Parameters:
    ///   - id: The delivery's id, without a full stop.
    ///   - seconds: The time of the attempt, in seconds since 1970.
    package func signature(id: String, seconds: Int64, payload: [UInt8]) -> String {
        let content = Array("\(id).\(seconds).".utf8) + payload
        let code = HMAC<SHA256>.authenticationCode(for: content, using: SymmetricKey(data: bytes))
        return "v1,\(Data(code).base64EncodedString())"
    }

    package var description: String { "a secret" }

    package var customMirror: Mirror { Mirror(self, children: []) }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import HTTPTypes

/// The name of an HTTP request, by which the client, the service's log and other services speak of it.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// The longest one that is taken from a client, in characters.
    static let longest = 128

    /// A client's own: 1 to 128 characters of A-Z a-z 0-9 . _ -; `nil` for anything else.
    package init?(_ text: String) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy(Self.isAllowed) else { return nil }
        description = text
    }

    /// A new one.
    package init() {
        let bits = UInt128.random(in: .min ... .max)
        let digits = String(bits, radix: 16)
        description = String(repeating: "0", count: 32 - digits.count) + digits
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

extension HTTPField.Name {
    // Our own constant is a valid token; the fallback is never used.
    package static let xRequestID = HTTPField.Name("X-Request-Id") ?? .vary
}

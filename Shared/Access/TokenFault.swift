//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Why a token is refused. The description is for the one who sent it, and does not repeat the token.
package struct TokenFault: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: String, Sendable, Hashable {
        /// The token is not one of ours: malformed, forged, or for somebody else.
        case invalid
        case expired
        case notYetValid
    }

    package let code: Code
    package let description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    static func malformed(_ reason: String) -> TokenFault { TokenFault(.invalid, reason) }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts

/// Something that a page requested and the policy refused.
package struct EgressRefusal: Hashable, Sendable, CustomStringConvertible {
    /// The target: a host with its port, or a page's address.
    package var target: String
    /// The reason.
    package var reason: String

    package init(target: String, reason: String) {
        self.target = target
        self.reason = reason
    }

    /// `169.254.169.254:80 (private address)`
    package var description: String { "\(target) (\(reason))" }

    /// Whether it would be allowed over the other web scheme.
    package var isSchemeOnly: Bool {
        [WebSchemes.http, .https].contains { reason == Self.notAllowedScheme($0) }
    }

    static let notAllowedDomain = "not an allowed domain"

    static func notAllowedScheme(_ scheme: WebSchemes) -> String {
        scheme == .https ? "allowed over http only" : "allowed over https only"
    }

    static func privateAddress(_ address: IPAddress?) -> String {
        address.map { "private address \($0)" } ?? "private address"
    }
}

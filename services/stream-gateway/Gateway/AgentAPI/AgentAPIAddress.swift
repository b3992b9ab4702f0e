//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// The address of agent-api: `AGENT_API_URL`.
package struct AgentAPIAddress: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a trailing slash.
    package let description: String

    /// What is allowed.
    static let rule = "http://host:port or https://host:port"

    /// Parses `http://host:port`, with an optional path; `nil` for anything else.
    package init?(_ text: String) {
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty, url.user == nil, url.query == nil, url.fragment == nil
        else { return nil }
        description = String(text.reversed().drop { $0 == "/" }.reversed())
    }
}

/// The value of the setting `AGENT_API_URL`.
package enum AgentAPIForwarding: Sendable, Hashable, CustomStringConvertible {
    /// The setting is not set.
    case unset
    /// Nothing is forwarded.
    case off
    case to(AgentAPIAddress)

    package var description: String {
        switch self {
        case .unset: ""
        case .off: "none"
        case .to(let address): address.description
        }
    }

    /// The address to forward to; `nil` to forward nothing.
    ///
    /// A gateway that serves other machines must be given the address: clients who may watch runs need not be allowed
    /// to start them.
    ///
    /// - Parameter isOpen: Whether the gateway serves other machines.
    func address(isOpen: Bool) -> AgentAPIAddress? {
        switch self {
        case .unset: isOpen ? nil : AgentAPIAddress("http://127.0.0.1:8000")
        case .off: nil
        case .to(let address): address
        }
    }
}

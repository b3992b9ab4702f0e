//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// Where agent-api is: `AGENT_API_URL`.
package struct AgentAPIAddress: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a slash at its end.
    package let description: String

    /// What a text must be.
    static let rule = "http://host:port or https://host:port"

    /// Parses `http://host:port`, with a path if agent-api is behind one; `nil` for anything else.
    package init?(_ text: String) {
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty, url.user == nil, url.query == nil, url.fragment == nil
        else { return nil }
        description = String(text.reversed().drop { $0 == "/" }.reversed())
    }
}

/// What the setting `AGENT_API_URL` says.
package enum AgentAPIForwarding: Sendable, Hashable, CustomStringConvertible {
    /// Nothing.
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

    /// Where to forward to; `nil` for nowhere.
    ///
    /// A gateway that serves other machines must be told the address: who may look at runs may not always start them.
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

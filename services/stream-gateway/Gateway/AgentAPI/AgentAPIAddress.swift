//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import ServiceKit

/// Where agent-api is: `AGENT_API_URL`.
package struct AgentAPIAddress: Sendable, Hashable, CustomStringConvertible {
    /// Scheme, host, port and path, without a slash at its end.
    package let description: String

    /// Parses `http://host:port`, with a path if agent-api is behind one.
    ///
    /// - Throws: ``Invalid``, which says what is allowed.
    package init(_ text: String) throws(Invalid) {
        guard let url = URLComponents(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            let host = url.host, !host.isEmpty, url.user == nil, url.query == nil, url.fragment == nil
        else { throw Invalid() }
        description = String(text.reversed().drop { $0 == "/" }.reversed())
    }

    /// A text that is no address.
    package struct Invalid: Error, CustomStringConvertible {
        /// What is allowed.
        package var description: String { "it must be http://host:port or https://host:port, or none" }
    }

    /// Reads the setting.
    ///
    /// A gateway that serves other machines must be told the address: who may look at runs may not always start them.
    ///
    /// - Returns: `nil` when nothing is to be forwarded.
    static func read(_ settings: inout Settings, isOpen: Bool) throws(InvalidSetting) -> AgentAPIAddress? {
        try settings.value(
            "AGENT_API_URL",
            default: isOpen ? "none" : "http://127.0.0.1:8000",
            show: { $0?.description ?? "none" },
            parse: { $0.lowercased() == "none" ? nil : try AgentAPIAddress($0) }
        )
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
package import Hosts

/// Whom limits for one client count: the subject of its token, or else its address.
package enum ClientKey: Hashable, Sendable {
    case subject(String)
    /// An IPv4 address, or an IPv6 network of 64 bits, all of which one client may have.
    case network(IPAddress)
    /// A client without an address, such as one that comes over a socket of this machine.
    case unknown
}

extension ServiceContext {
    /// Whom limits count.
    package var client: ClientKey {
        if let subject = token?.subject { return .subject(subject) }
        return clientAddress.map { .network($0.ownedNetwork) } ?? .unknown
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts
package import Hummingbird
package import NIOCore

/// The request context of both services.
package struct ServiceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage

    /// The connection that the request arrived on.
    package let channel: any Channel

    /// What the client may do; set by the middleware of the routes that show or do something.
    package var access = RequestAccess.unrestricted

    /// The request's own name, or the one that its client gave it.
    package var requestID = RequestID()

    /// The client's address, as the connection or a trusted proxy tells it; `nil` where it has none.
    package var clientAddress: IPAddress?

    let responseNotes = ResponseNotes()

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
        clientAddress = IPAddress(source.channel)
    }

    /// The maximum size of a body, 1 MiB (protocol, section 4).
    package var maxUploadSize: Int { 1 << 20 }

    /// Whether the client is on this machine: `127.0.0.0/8`, also as an IPv4-mapped IPv6 address, or `::1`.
    package var isFromLoopback: Bool {
        if case .unixDomainSocket = channel.remoteAddress { return true }
        return clientAddress?.isLoopback ?? false
    }
}

extension IPAddress {
    /// The address of the other side of a connection.
    init?(_ channel: any Channel) {
        // The name of an interface may follow it.
        guard let text = channel.remoteAddress?.ipAddress?.prefix(while: { $0 != "%" }) else { return nil }
        self.init(text)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird
package import NIOCore

/// The request context of both services.
package struct ServiceContext: RequestContext {
    package var coreContext: CoreRequestContextStorage

    /// The connection that the request arrived on.
    package let channel: any Channel

    /// What the client may do; set by the middleware of the routes that show or do something.
    package var access = RequestAccess.unrestricted

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }

    /// The maximum size of a body, 1 MiB (protocol, section 4).
    package var maxUploadSize: Int { 1 << 20 }

    /// Whether the client is on this machine: `127.0.0.0/8`, also as an IPv4-mapped IPv6 address, or `::1`.
    package var isFromLoopback: Bool {
        guard let remote = channel.remoteAddress else { return false }
        if case .unixDomainSocket = remote { return true }
        guard let address = remote.ipAddress else { return false }
        return address == "::1" || address.hasPrefix("127.") || address.hasPrefix("::ffff:127.")
    }
}

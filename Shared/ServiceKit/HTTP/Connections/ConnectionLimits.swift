//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The time limits of a connection, and the maximum number of connections (protocol, section 5).
///
/// They do not apply to a viewer's stream, which counts as a viewer once it has started.
package struct ConnectionLimits: Hashable, Sendable {
    /// `HEADER_TIMEOUT_SECONDS`: the time limit for receiving the head of a request.
    package var header: Duration

    /// `BODY_TIMEOUT_SECONDS`: the time limit for receiving the body of a request.
    package var body: Duration

    /// `IDLE_TIMEOUT_SECONDS`: how long a connection may stay idle between requests, and how long the client may take
    /// to read a response.
    package var idle: Duration

    /// `MAX_CONNECTIONS`: the maximum number of connections.
    package var total: Int

    /// `MAX_CONNECTIONS_PER_ADDRESS`: the maximum number of connections from one address that wait for their client.
    package var perAddress: Int

    /// `TRUSTED_PROXIES`: whose connections are those of many clients, and are not counted by their address.
    package var proxies: TrustedProxies

    /// Limits with their defaults.
    package init(
        header: Duration = .seconds(10),
        body: Duration = .seconds(30),
        idle: Duration = .seconds(60),
        total: Int = 10_000,
        perAddress: Int = 4096,
        proxies: TrustedProxies = TrustedProxies([])
    ) {
        self.header = header
        self.body = body
        self.idle = idle
        self.total = total
        self.perAddress = perAddress
        self.proxies = proxies
    }
}

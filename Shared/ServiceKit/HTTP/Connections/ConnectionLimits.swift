//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How long a connection may take for what it has to do, and how many there may be (protocol, section 5).
///
/// A viewer's stream is none of these connections: once it has begun, it counts as a viewer.
package struct ConnectionLimits: Hashable, Sendable {
    /// `HEADER_TIMEOUT_SECONDS`: how long the head of a request may take.
    package var header: Duration

    /// `BODY_TIMEOUT_SECONDS`: how long the body of a request may take.
    package var body: Duration

    /// `IDLE_TIMEOUT_SECONDS`: how long a connection may wait for its next request, and how long an answer may wait to
    /// be fetched.
    package var idle: Duration

    /// `MAX_CONNECTIONS`: how many connections there may be at a time.
    package var total: Int

    /// `MAX_CONNECTIONS_PER_ADDRESS`: how many connections of one address may wait for their client at a time.
    package var perAddress: Int

    /// Limits; those that are in force unless told otherwise.
    package init(
        header: Duration = .seconds(10),
        body: Duration = .seconds(30),
        idle: Duration = .seconds(60),
        total: Int = 10_000,
        perAddress: Int = 4096
    ) {
        self.header = header
        self.body = body
        self.idle = idle
        self.total = total
        self.perAddress = perAddress
    }
}

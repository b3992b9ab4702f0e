//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How patient a follower is.
public struct FollowPolicy: Sendable {
    /// How long to try to reach a service that has never answered. Short: the address is probably wrong.
    public var firstContact: Duration
    /// How long an outage may last once the service has answered. A restart or a bad network comes back.
    public var giveUpAfter: Duration
    /// The wait before the first reconnect, unless the server's `retry:` says otherwise. Doubled each time.
    public var initialDelay: Duration
    /// The longest wait between two tries.
    public var maximumDelay: Duration
    /// How long a stream may be silent before it counts as dead. Heartbeats come every 15 s by default.
    public var idleTimeout: Duration
    /// How long connecting may take.
    public var connectTimeout: Duration
    /// How long the head of an answer may take.
    public var headTimeout: Duration

    /// The defaults of the command line.
    public init(
        firstContact: Duration = .seconds(5),
        giveUpAfter: Duration = .seconds(300),
        initialDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(45),
        connectTimeout: Duration = .seconds(5),
        headTimeout: Duration = .seconds(15)
    ) {
        self.firstContact = firstContact
        self.giveUpAfter = giveUpAfter
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.idleTimeout = idleTimeout
        self.connectTimeout = connectTimeout
        self.headTimeout = headTimeout
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How patient a follower is.
package struct FollowPolicy: Sendable {
    /// How long to try to reach a service that has never answered. Short: the address is probably wrong.
    package var firstContact: Duration
    /// How long an outage may last once the service has answered. A restart or a bad network comes back.
    package var giveUpAfter: Duration
    /// The wait before the first reconnect, unless the server's `retry:` says otherwise. Doubled each time.
    package var initialDelay: Duration
    /// The longest wait between two tries.
    package var maximumDelay: Duration
    /// How long a stream may be silent before it counts as dead. Heartbeats come every 15 s by default.
    package var idleTimeout: Duration
    /// Whether a stream that was silent for so long is given twice the time when it is taken up again: its gateway may
    /// send heartbeats more seldom.
    package var adaptsIdleTimeout: Bool
    /// How long a stream has no record before agent-api is asked about the run.
    package var silence: Duration
    /// How long an answer may take before a word is said about that.
    package var silentWait: Duration
    /// How long connecting may take.
    package var connectTimeout: Duration
    /// How long the head of an answer may take.
    package var headTimeout: Duration

    /// The defaults of the command line.
    package init(
        firstContact: Duration = .seconds(5),
        giveUpAfter: Duration = .seconds(300),
        initialDelay: Duration = .milliseconds(500),
        maximumDelay: Duration = .seconds(10),
        idleTimeout: Duration = .seconds(45),
        adaptsIdleTimeout: Bool = true,
        silence: Duration = .seconds(1),
        silentWait: Duration = .seconds(2),
        connectTimeout: Duration = .seconds(5),
        headTimeout: Duration = .seconds(15)
    ) {
        self.firstContact = firstContact
        self.giveUpAfter = giveUpAfter
        self.initialDelay = initialDelay
        self.maximumDelay = maximumDelay
        self.idleTimeout = idleTimeout
        self.adaptsIdleTimeout = adaptsIdleTimeout
        self.silence = silence
        self.silentWait = silentWait
        self.connectTimeout = connectTimeout
        self.headTimeout = headTimeout
    }

    /// How long an open stream has to be silent before there is nothing in it. A gateway whose subscription is slow finds
    /// what there is within 2 s.
    var emptiness: Duration { silence * 3 }

    /// The same for a question that is asked once, and again at some other time.
    var once: FollowPolicy {
        var policy = self
        policy.firstContact = .zero
        policy.headTimeout = min(headTimeout, .seconds(5))
        return policy
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// When to try again, and when to give up: exponential backoff with jitter, as a state machine without a clock.
struct RetrySchedule {
    typealias Instant = ContinuousClock.Instant

    enum Decision: Equatable {
        /// `isFirst`: it is the first failure of this outage, so worth a word.
        case retry(after: Duration, isFirst: Bool)
        case giveUp
    }

    private let policy: FollowPolicy
    private var baseDelay: Duration
    private var attempts = 0
    private var outageBegan: Instant?
    private var isAnnounced = false
    /// Whether the service has ever answered, if only with "later".
    private(set) var hasAnswered = false
    /// Whether a stream was ever open.
    private(set) var hasBeenOpen = false

    /// How long an outage may last, as things stand.
    var patience: Duration { hasAnswered ? policy.giveUpAfter : policy.firstContact }

    /// A server that asks for no pause at all still gets one.
    private static let minimumDelay = Duration.milliseconds(20)
    private static let maximumRetryAfter = Duration.seconds(60)

    init(_ policy: FollowPolicy) {
        self.policy = policy
        baseDelay = policy.initialDelay
    }

    /// The service has answered, and the stream is open.
    /// - Returns: whether an outage that was announced is over by it.
    mutating func opened() -> Bool {
        hasAnswered = true
        hasBeenOpen = true
        defer { isAnnounced = false }
        return isAnnounced
    }

    /// Something came that shows that the connection is of use: a server that accepts each connection only to drop it
    /// must not be asked at full speed for ever.
    mutating func progressed() {
        attempts = 0
        outageBegan = nil
    }

    /// The server's `retry:` field, in milliseconds.
    mutating func serverAsked(forDelay milliseconds: Int) {
        baseDelay = min(max(.milliseconds(milliseconds), Self.minimumDelay), Self.maximumRetryAfter)
    }

    /// The connection is gone, or did not come about.
    /// - Parameters:
    ///   - answered: the service is there and said to come back later.
    ///   - retryAfter: when it said so.
    ///   - jitter: 0 to 1, at random: many followers of one gateway must not come back all at once.
    mutating func failed(at now: Instant, answered: Bool, retryAfter: Duration?, jitter: Double) -> Decision {
        if answered { hasAnswered = true }
        let began = outageBegan ?? now
        outageBegan = began
        let patience = patience
        guard now - began < patience else { return .giveUp }

        let jitter = min(max(jitter, 0), 1)
        let ceiling = max(policy.maximumDelay, baseDelay)
        var delay = min(baseDelay * (1 << min(attempts, 16)), ceiling) * (0.5 + jitter / 2)
        if let retryAfter {
            delay = max(delay, min(retryAfter, Self.maximumRetryAfter) * (1 + jitter / 10))
        }
        attempts += 1
        // The last try falls on the end of the patience, not somewhere behind it.
        delay = min(delay, patience - (now - began))
        let isFirst = !isAnnounced
        isAnnounced = true
        return .retry(after: delay, isFirst: isFirst)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys

/// Decides when a run whose lease has expired counts as orphaned. Without any input or output.
///
/// An expired lease alone proves nothing: when Redis comes back after an outage, all leases have expired, and the
/// processes need a moment to renew them. So a run must be found overdue again and again for a while in which Redis has
/// answered without interruption.
struct GracePeriod<Run: Hashable & Sendable, Instant: InstantProtocol & Sendable> {
    private let grace: Instant.Duration
    private var since: [Run: Instant] = [:]

    /// - Parameter grace: How long a run must have been overdue.
    init(grace: Instant.Duration) {
        self.grace = grace
    }

    /// Takes note of all runs that are overdue now.
    ///
    /// - Returns: Those that count as orphaned.
    mutating func observe(overdue: [Run], at now: Instant) -> [Run] {
        let earlier = since
        since = [:]
        for run in overdue { since[run] = earlier[run] ?? now }
        return overdue.filter { run in since[run].map { $0.duration(to: now) >= grace } ?? false }
    }

    /// Takes note that Redis did not answer: every run gets the whole time again.
    mutating func reset() { since = [:] }
}

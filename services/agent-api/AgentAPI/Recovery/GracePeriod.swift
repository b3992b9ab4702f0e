//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys

/// Decides when a run with an expired lease counts as orphaned. It does no I/O.
///
/// An expired lease alone proves nothing: after an outage of Redis all leases have expired, and the processes need a
/// moment to renew them. So a run must stay overdue for a period in which Redis responds without interruption.
struct GracePeriod<Run: Hashable & Sendable, Instant: InstantProtocol & Sendable> {
    private let grace: Instant.Duration
    private var since: [Run: Instant] = [:]

    /// - Parameter grace: How long a run must have been overdue.
    init(grace: Instant.Duration) {
        self.grace = grace
    }

    /// Records all runs that are overdue now.
    ///
    /// - Returns: Those that count as orphaned.
    mutating func observe(overdue: [Run], at now: Instant) -> [Run] {
        let earlier = since
        since = [:]
        for run in overdue { since[run] = earlier[run] ?? now }
        return overdue.filter { run in since[run].map { $0.duration(to: now) >= grace } ?? false }
    }

    /// Records that Redis did not respond: the period starts again for every run.
    mutating func reset() { since = [:] }
}

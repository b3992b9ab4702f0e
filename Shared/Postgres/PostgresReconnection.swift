//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// When a database that could not be reached is tried again: after 0.1 s, then after twice as long each time, up to 5 s.
/// Until then it counts as gone, and nobody waits for it.
package final class PostgresReconnection: Sendable {
    private struct State {
        var failures = 0
        var next: ContinuousClock.Instant?
        var reason: PostgresError?
    }

    private let state = Mutex(State())

    package init() {}

    /// - Throws: Why it could not be reached, until it is time to try again.
    func check(at now: ContinuousClock.Instant = .now) throws(PostgresError) {
        let reason = state.withLock { state in state.next.map { now < $0 } ?? false ? state.reason : nil }
        if let reason { throw reason }
    }

    func failed(_ reason: PostgresError, at now: ContinuousClock.Instant = .now) {
        state.withLock { state in
            // Several that have tried at once have failed once.
            if let next = state.next, now < next { return }
            let delay = min(100 << min(state.failures, 10), 5000)
            // Not all gateways at once.
            state.next = now + .milliseconds(delay * Int.random(in: 75...125) / 100)
            state.failures += 1
            state.reason = reason
        }
    }

    func succeeded() { state.withLock { $0 = State() } }
}

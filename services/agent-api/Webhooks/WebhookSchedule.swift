//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// When a delivery that failed is tried again: after pauses that grow, for a day.
package struct WebhookSchedule: Sendable {
    /// The pause after the first attempt, in milliseconds. Each further one is twice as long.
    package var firstPause: Int64 = 5000

    /// The longest pause, in milliseconds.
    package var longestPause: Int64 = 3_600_000

    /// How long a delivery is tried, in milliseconds.
    package var patience: Int64 = 86_400_000

    package init() {}

    /// The pause before the next attempt, in milliseconds; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - attempts: How many have failed, 1 or more.
    ///   - elapsed: Milliseconds since the delivery was due.
    ///   - spread: A random number from 0 to 1. Deliveries that failed together are spread over a fifth of the pause.
    package func pause(after attempts: Int, elapsed: Int64, spread: Double) -> Int64? {
        let doublings = min(max(attempts - 1, 0), 30)
        let pause = min(longestPause, firstPause << doublings)
        let whole = pause + Int64(Double(pause) * 0.2 * min(max(spread, 0), 1))
        return elapsed + whole <= patience ? whole : nil
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// How long to wait before the next attempt to connect.
///
/// The delay doubles from failure to failure. A random part of it, up to half, is left off, so that many clients that
/// lost the same server do not all come back at once.
struct Backoff {
    let range: ClosedRange<Duration>
    private var next: Duration

    init(range: ClosedRange<Duration>) {
        self.range = range
        next = range.lowerBound
    }

    /// - Parameter fraction: a random number from 0 to 1; 1 gives the full delay.
    mutating func nextDelay(fraction: Double) -> Duration {
        let delay = next
        next = min(delay * 2, range.upperBound)
        return delay * (0.5 + 0.5 * fraction)
    }

    mutating func reset() {
        next = range.lowerBound
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The delay before the next attempt to connect.
///
/// The delay doubles with each failure. A random part of it, up to half, is subtracted, so that clients that lost the
/// same server do not all reconnect at once.
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

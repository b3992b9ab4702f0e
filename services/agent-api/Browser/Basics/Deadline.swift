//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in time by which something must have happened. Nested waits share one deadline instead of adding up
/// timeouts.
package struct Deadline: Sendable {
    /// The point in time, as long as the clock does not stand still.
    private var end: ContinuousClock.Instant

    /// For how long the clock has stood still in total.
    private let stopped: (@Sendable () -> Duration)?
    private let stoppedBefore: Duration

    private init(_ end: ContinuousClock.Instant, _ stopped: (@Sendable () -> Duration)?) {
        self.end = end
        self.stopped = stopped
        stoppedBefore = stopped?() ?? .zero
    }

    /// The point in time.
    package var instant: ContinuousClock.Instant { stopped.map { end + $0() - stoppedBefore } ?? end }

    /// The deadline that lies `duration` from now.
    ///
    /// - Parameter stopped: For how long the clock that counts has stood still in total.
    package static func after(_ duration: Duration, stopped: (@Sendable () -> Duration)? = nil) -> Deadline {
        Deadline(.now.advanced(by: duration), stopped)
    }

    /// What is left, never negative.
    package var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    /// Whether the time is up.
    package var hasPassed: Bool { ContinuousClock.now >= instant }

    /// The earlier of this deadline and the one `duration` from now.
    package func capped(at duration: Duration) -> Deadline {
        Deadline(min(instant, .now.advanced(by: duration)), stopped)
    }
}

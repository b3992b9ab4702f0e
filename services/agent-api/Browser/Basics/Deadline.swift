//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in time by which something must have happened. Nested waits share one deadline instead of adding up
/// timeouts.
package struct Deadline: Sendable, Hashable {
    /// The point in time.
    package var instant: ContinuousClock.Instant

    /// The deadline that lies `duration` from now.
    package static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now.advanced(by: duration))
    }

    /// What is left, never negative.
    package var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    /// Whether the time is up.
    package var hasPassed: Bool { ContinuousClock.now >= instant }

    /// The earlier of this deadline and the one `duration` from now.
    package func capped(at duration: Duration) -> Deadline {
        Deadline(instant: min(instant, .now.advanced(by: duration)))
    }
}

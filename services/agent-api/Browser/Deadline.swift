//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A point in time by which something must have happened. Nested waits share one deadline instead of adding up
/// timeouts.
public struct Deadline: Sendable, Hashable {
    /// The point in time.
    public var instant: ContinuousClock.Instant

    /// The deadline that lies `duration` from now.
    public static func after(_ duration: Duration) -> Deadline {
        Deadline(instant: .now.advanced(by: duration))
    }

    /// What is left, never negative.
    public var remaining: Duration { max(.zero, ContinuousClock.now.duration(to: instant)) }

    /// Whether the time is up.
    public var hasPassed: Bool { ContinuousClock.now >= instant }

    /// The earlier of this deadline and the one `duration` from now.
    public func capped(at duration: Duration) -> Deadline {
        Deadline(instant: min(instant, .now.advanced(by: duration)))
    }
}

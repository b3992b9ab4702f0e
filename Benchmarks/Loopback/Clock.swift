//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// The machine's monotonic clock, in nanoseconds. Publisher and viewers are in one process, so the difference of two
/// readings is a latency.
package enum Clock {
    package static let nanosecondsPerSecond: Int64 = 1_000_000_000

    package static var now: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * nanosecondsPerSecond + Int64(time.tv_nsec)
    }

    /// The time of day, in milliseconds since 1970.
    package static var epochMilliseconds: Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}

extension Int64 {
    /// Nanoseconds as seconds.
    package var seconds: Double { Double(self) / Double(Clock.nanosecondsPerSecond) }

    /// The given seconds in nanoseconds.
    package init(seconds: Double) {
        self = Int64(seconds * Double(Clock.nanosecondsPerSecond))
    }
}

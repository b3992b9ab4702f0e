//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// Says whether the wall clock can be believed when it says how old something is. A clock that was set by mistake is
/// usually set back within the hour, and what was removed until then would be gone.
package struct ClockWatch: Sendable {
    private var last: (wall: Timestamp, steady: ContinuousClock.Instant)?
    private var jumped: ContinuousClock.Instant?

    /// How far the two clocks may go apart from one call to the next.
    package static let tolerance = Duration.seconds(60)

    /// How long a clock that has jumped is not believed.
    package static let distrust = Duration.seconds(3600)

    package init() {}

    /// - Returns: `false` if the clock was set in the last hour, as far as the calls show.
    package mutating func isBelievable(_ wall: Timestamp, at steady: ContinuousClock.Instant) -> Bool {
        if let last {
            let passed = Duration.milliseconds(wall.milliseconds - last.wall.milliseconds)
            let difference = passed - (steady - last.steady)
            if difference > Self.tolerance || difference < .zero - Self.tolerance { jumped = steady }
        }
        last = (wall, steady)
        return jumped.map { steady - $0 >= Self.distrust } ?? true
    }
}

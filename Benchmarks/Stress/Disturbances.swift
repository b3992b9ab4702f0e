//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// When something was broken, so that what only holds while nothing is can be checked.
final class Disturbances {
    private var intervals: [[(begin: Int64, end: Int64)]]
    private var isOpen: [Bool]

    /// How long, in nanoseconds, what was broken may still be felt.
    static let aftermath = Int64(seconds: 4)

    init(count: Int) {
        intervals = Array(repeating: [], count: count)
        isOpen = Array(repeating: false, count: count)
    }

    /// Takes note of whether something is broken for the viewers of a gateway.
    func note(_ gateway: Int, isBroken: Bool, at now: Int64) {
        if isBroken {
            if isOpen[gateway] {
                intervals[gateway][intervals[gateway].count - 1].end = now
            } else {
                intervals[gateway].append((now, now))
            }
        }
        isOpen[gateway] = isBroken
    }

    /// Whether nothing was broken for a gateway's viewers since a moment, and has not been shortly before.
    func isCalm(_ gateway: Int, since moment: Int64) -> Bool {
        guard let last = intervals[gateway].last else { return true }
        return !isOpen[gateway] && last.end + Self.aftermath < moment
    }
}

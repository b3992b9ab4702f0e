//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hosts

/// How many deliveries are under way, so that one receiver that hangs delays no other. It does no I/O.
package struct WebhookLoad: Sendable {
    /// The most deliveries at a time.
    package let limit: Int

    /// The most at a time to one origin.
    package let limitPerOrigin: Int

    private var byOrigin: [WebOrigin: Int] = [:]

    /// How many are under way.
    package private(set) var count = 0

    package init(limit: Int = 32, limitPerOrigin: Int = 8) {
        self.limit = limit
        self.limitPerOrigin = limitPerOrigin
    }

    /// How many more can begin.
    package var free: Int { limit - count }

    /// Counts a delivery that begins.
    ///
    /// - Returns: Whether there is room for it.
    package mutating func begin(_ origin: WebOrigin) -> Bool {
        guard free > 0, byOrigin[origin, default: 0] < limitPerOrigin else { return false }
        byOrigin[origin, default: 0] += 1
        count += 1
        return true
    }

    /// Counts a delivery that began as over.
    package mutating func end(_ origin: WebOrigin) {
        count -= 1
        byOrigin[origin, default: 1] -= 1
        if byOrigin[origin] == 0 { byOrigin[origin] = nil }
    }
}

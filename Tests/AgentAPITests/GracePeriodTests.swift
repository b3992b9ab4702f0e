//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentAPI

@Suite("A process whose lease has expired")
struct GracePeriodTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("Counts as dead when its run is overdue for the whole grace period")
    func grace() {
        var gracePeriod = GracePeriod<String, ContinuousClock.Instant>(grace: .seconds(5))
        #expect(gracePeriod.observe(overdue: ["r1"], at: at(0)).isEmpty)
        #expect(gracePeriod.observe(overdue: ["r1", "r2"], at: at(3)).isEmpty)
        #expect(gracePeriod.observe(overdue: ["r1", "r2"], at: at(6)) == ["r1"])
        #expect(gracePeriod.observe(overdue: ["r1", "r2"], at: at(9)) == ["r1", "r2"])
    }

    @Test("That renews its lease in between gets the whole grace period again")
    func renewal() {
        var gracePeriod = GracePeriod<String, ContinuousClock.Instant>(grace: .seconds(5))
        _ = gracePeriod.observe(overdue: ["r1"], at: at(0))
        #expect(gracePeriod.observe(overdue: [], at: at(3)).isEmpty)
        #expect(gracePeriod.observe(overdue: ["r1"], at: at(6)).isEmpty)
        #expect(gracePeriod.observe(overdue: ["r1"], at: at(11)) == ["r1"])
    }

    @Test("Gets the whole grace period again after an outage of Redis")
    func outage() {
        var gracePeriod = GracePeriod<String, ContinuousClock.Instant>(grace: .seconds(5))
        _ = gracePeriod.observe(overdue: ["r1"], at: at(0))
        gracePeriod.reset()
        #expect(gracePeriod.observe(overdue: ["r1"], at: at(60)).isEmpty)
        #expect(gracePeriod.observe(overdue: ["r1"], at: at(65)) == ["r1"])
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentAPI

@Suite("A process")
struct SuspicionTests {
    private let start = ContinuousClock.now

    private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test("Counts as dead when its run is overdue for the whole grace")
    func grace() {
        var suspicion = Suspicion<String, ContinuousClock.Instant>(grace: .seconds(5))
        #expect(suspicion.observe(overdue: ["r1"], at: at(0)).isEmpty)
        #expect(suspicion.observe(overdue: ["r1", "r2"], at: at(3)).isEmpty)
        #expect(suspicion.observe(overdue: ["r1", "r2"], at: at(6)) == ["r1"])
        #expect(suspicion.observe(overdue: ["r1", "r2"], at: at(9)) == ["r1", "r2"])
    }

    @Test("That renews its lease in between gets the whole grace again")
    func renewal() {
        var suspicion = Suspicion<String, ContinuousClock.Instant>(grace: .seconds(5))
        _ = suspicion.observe(overdue: ["r1"], at: at(0))
        #expect(suspicion.observe(overdue: [], at: at(3)).isEmpty)
        #expect(suspicion.observe(overdue: ["r1"], at: at(6)).isEmpty)
        #expect(suspicion.observe(overdue: ["r1"], at: at(11)) == ["r1"])
    }

    @Test("Gets the whole grace again after an outage of Redis")
    func outage() {
        var suspicion = Suspicion<String, ContinuousClock.Instant>(grace: .seconds(5))
        _ = suspicion.observe(overdue: ["r1"], at: at(0))
        suspicion.reset()
        #expect(suspicion.observe(overdue: ["r1"], at: at(60)).isEmpty)
        #expect(suspicion.observe(overdue: ["r1"], at: at(65)) == ["r1"])
    }
}

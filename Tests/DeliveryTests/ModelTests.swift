//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DeliveryModel
import Testing

@Suite("The model of delivery")
struct ModelTests {
    @Test("However things interleave, each viewer sees what it must", arguments: 0..<4)
    func interleavings(part: UInt64) async {
        for seed in 1_000_000 + part * 500..<1_000_500 + part * 500 {
            let violations = Simulation.run(Simulation.steps(seed: seed, count: 120))
            #expect(violations.isEmpty, "seed \(seed)")
            // The tests beside it share few threads.
            await Task.yield()
        }
    }

    @Test("The same with an archive, which lags and has holes itself", arguments: 0..<4)
    func archivedInterleavings(part: UInt64) async {
        for seed in 4_000_000 + part * 500..<4_000_500 + part * 500 {
            let violations = Simulation.run(Simulation.steps(seed: seed, count: 120, hasPast: true))
            #expect(violations.isEmpty, "seed \(seed)")
            // The tests beside it share few threads.
            await Task.yield()
        }
    }

    @Test("Nor does it matter how long it goes on")
    func longInterleavings() async {
        for seed in 2_000_000..<2_000_100 as Range<UInt64> {
            let violations = Simulation.run(Simulation.steps(seed: seed, count: 400))
            #expect(violations.isEmpty, "seed \(seed)")
            // The tests beside it share few threads.
            await Task.yield()
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archiving
import Testing

@Suite("The clock that tells how old a run is")
struct ClockWatchTests {
    /// The answers to calls, each so many seconds by either clock after the one before.
    private func answers(_ steps: [(wall: Int64, steady: Int64)]) -> [Bool] {
        var watch = ClockWatch()
        var wall: Int64 = 1_700_000_000_000
        var steady = ContinuousClock.now
        return steps.map { step in
            wall += step.wall * 1000
            steady += .seconds(step.steady)
            return watch.isBelievable(Timestamp(milliseconds: wall), at: steady)
        }
    }

    @Test("Is believed as long as it goes like the steady one, also through a long sleep")
    func steady() {
        #expect(answers([(0, 0), (60, 60), (90, 61), (31, 60), (86_400, 86_400)]) == [true, true, true, true, true])
    }

    @Test("Is not believed for an hour after it was set", arguments: [400 * 86_400, -7200, 200])
    func jumped(by seconds: Int64) {
        #expect(
            answers([(0, 0), (seconds, 60), (60, 60), (3400, 3400), (140, 140), (60, 60)])
                == [true, false, false, false, true, true]
        )
    }

    @Test("Is not believed for another hour when it was set back")
    func setBack() {
        #expect(
            answers([(0, 0), (9000, 60), (-8000, 1800), (1800, 1800), (1800, 1800)]) == [
                true, false, false, false, true,
            ]
        )
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentAPI
@testable import Spool

@Suite("An item of the outbox")
struct OutboxStateTests {
    private let start = ContinuousClock.now

    private func at(_ milliseconds: Int) -> ContinuousClock.Instant { start + .milliseconds(milliseconds) }

    private func places(_ rows: ClosedRange<Int64>, generation: Int = 0) -> [SpoolPlace] {
        rows.map { SpoolPlace(generation: generation, row: $0) }
    }

    @Test("Goes only to Redis if that accepts it at once")
    func fastPath() {
        var state = OutboxState<String>()
        for number in 1...3 {
            let position = state.append("\(number)", now: at(number))
            #expect(!state.isSettled(position))
            #expect(state.takeForSpool(now: at(number + 49)).isEmpty)
            #expect(state.next == "\(number)")
            state.taken()
            #expect(state.isSettled(position))
        }
        #expect(state.spoolingDue == nil)
        #expect(state.takeRemovable().isEmpty)
    }

    @Test("Goes to disk after 50 ms, and then at once until Redis has caught up")
    func slowRedis() {
        var state = OutboxState<String>()
        let first = state.append("1", now: at(0))
        _ = state.append("2", now: at(20))
        #expect(state.spoolingDue == at(50))
        let batch = state.takeForSpool(now: at(50))
        #expect(batch.map(\.item) == ["1", "2"])
        #expect(!state.isSettled(first), "it is not on disk yet")
        #expect(state.takeForSpool(now: at(51)).isEmpty, "each is written once")
        state.spooled(batch.map(\.position), at: places(1...2), now: at(52))
        #expect(state.isSettled(first))
        #expect(state.unsafeCount == 0)

        _ = state.append("3", now: at(60))
        let next = state.takeForSpool(now: at(60))
        #expect(next.map(\.item) == ["3"])
        state.spooled(next.map(\.position), at: places(3...3), now: at(61))

        for number in 1...3 {
            #expect(state.next == "\(number)", "Redis gets all of it, in order")
            #expect(state.takeRemovable().isEmpty)
            state.taken()
        }
        #expect(state.takeRemovable() == places(1...3))
        _ = state.append("4", now: at(100))
        #expect(state.spoolingDue == at(150), "it has caught up")
    }

    @Test("Goes to disk at once if Redis is known to be unavailable")
    func redisAway() {
        var state = OutboxState<String>()
        _ = state.append("1", now: at(0))
        state.fellBehind()
        #expect(state.takeForSpool(now: at(1)).count == 1)
    }

    @Test("Is removed from the disk also if Redis accepted it while it was being written")
    func takenWhileSpooling() {
        var state = OutboxState<String>()
        _ = state.append("1", now: at(0))
        let batch = state.takeForSpool(now: at(50))
        state.taken()
        state.spooled(batch.map(\.position), at: places(1...1), now: at(60))
        #expect(state.takeRemovable() == places(1...1))
    }

    @Test("Stays in memory if the disk fails, and is written to it again after a pause")
    func diskFails() {
        var state = OutboxState<String>()
        let position = state.append("1", now: at(0))
        let batch = state.takeForSpool(now: at(50))
        state.spooled(batch.map(\.position), at: nil, now: at(60))
        #expect(state.isSettled(position), "there is nothing to wait for")
        #expect(state.unsafeCount == 1)
        #expect(state.spoolingDue == at(1060))
        _ = state.append("2", now: at(500))
        #expect(state.takeForSpool(now: at(500)).isEmpty)
        #expect(state.takeForSpool(now: at(1060)).map(\.item) == ["1", "2"])
        #expect(state.next == "1")
    }

    @Test("Is written again if its file is lost")
    func lostFile() {
        var state = OutboxState<String>()
        _ = state.append("1", now: at(0))
        let first = state.takeForSpool(now: at(50))
        state.spooled(first.map(\.position), at: places(1...1), now: at(51))
        _ = state.append("2", now: at(60))
        let second = state.takeForSpool(now: at(60))
        state.spooled(second.map(\.position), at: places(1...1, generation: 1), now: at(61))
        #expect(state.takeForSpool(now: at(62)).map(\.item) == ["1"])
    }

    @Test("Goes to disk without delay if the process ends")
    func lastChance() {
        var state = OutboxState<String>()
        _ = state.append("1", now: at(0))
        #expect(state.takeForSpool(now: at(1), isFinal: true).count == 1)
    }

    @Test("Is dropped in memory and on disk if the run belongs to another process")
    func discard() {
        var state = OutboxState<String>()
        let position = state.append("1", now: at(0))
        let batch = state.takeForSpool(now: at(50))
        state.spooled(batch.map(\.position), at: places(1...1), now: at(51))
        _ = state.append("2", now: at(52))
        #expect(state.discard() == places(1...1))
        #expect(state.count == 0)
        #expect(state.isSettled(position + 1))
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization
import Testing

@testable import Steering

@Suite("A run that people steer")
struct SteeringTests {
    private final class Told: Sendable {
        private let list = Mutex<[Standing]>([])
        var all: [Standing] { list.withLock { $0 } }
        func add(_ standing: Standing) { list.withLock { $0.append(standing) } }
    }

    @Test("Is held when the action is over that has begun, and begins no other")
    func heldAfterAction() async throws {
        let steering = Steering()
        let told = Told()
        steering.observe { told.add($0) }
        try await steering.act {
            steering.set(pause: "by ada")
            #expect(steering.standing == .running)
        }
        #expect(told.all == [.paused(reason: "by ada")])
        let hasActed = Mutex(false)
        async let acting: Void = steering.act { hasActed.withLock { $0 = true } }
        await Task.yield()
        #expect(!hasActed.withLock { $0 })
        steering.set(pause: nil)
        try await acting
        #expect(hasActed.withLock { $0 })
        #expect(told.all == [.paused(reason: "by ada"), .running])
    }

    @Test("Is held at once while nothing is done")
    func heldAtOnce() {
        let steering = Steering()
        steering.set(pause: "by ada")
        let told = Told()
        // Whoever comes later is told too.
        steering.observe { told.add($0) }
        #expect(told.all == [.paused(reason: "by ada")])
        steering.set(pause: "by ada")
        steering.set(pause: nil)
        steering.set(pause: nil)
        #expect(told.all == [.paused(reason: "by ada"), .running])
    }

    @Test("Can be cancelled while it is held")
    func cancelled() async throws {
        let steering = Steering()
        steering.set(pause: "by ada")
        for isActing in [false, true] {
            let task = Task { isActing ? try await steering.act {} : try await steering.pass() }
            await Task.yield()
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
    }

    @Test("Has time that stands still")
    func heldTime() async throws {
        let steering = Steering()
        #expect(steering.heldTime == .zero)
        steering.set(pause: "by ada")
        try await Task.sleep(for: .milliseconds(20))
        let first = steering.heldTime
        #expect(first >= .milliseconds(20))
        steering.set(pause: nil)
        let second = steering.heldTime
        #expect(second >= first)
        try await Task.sleep(for: .milliseconds(20))
        #expect(steering.heldTime == second)
    }
}

@Suite("What a person does on a picture")
struct InputQueueTests {
    private func input(_ kind: HumanInput.Kind, _ x: Double) -> HumanInput {
        var input = HumanInput(kind)
        input.x = x
        return input
    }

    @Test("Keeps its order; of movements in a row the last one counts, and a flood is bounded")
    func bounded() {
        var queue = InputQueue()
        for x in [0.1, 0.2, 0.3] { queue.add(input(.move, x)) }
        queue.add(input(.click, 0.3))
        queue.add(input(.move, 0.4))
        #expect(queue.take() == [input(.move, 0.3), input(.click, 0.3), input(.move, 0.4)])
        #expect(queue.waiting.isEmpty)
        for _ in 0..<10_000 { queue.add(input(.click, 0)) }
        #expect(queue.waiting.count == InputQueue.limit)
    }
}

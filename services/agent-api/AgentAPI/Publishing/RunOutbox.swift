//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Spool
import Synchronization

/// What a run writes to Redis, in order. Whoever writes does not wait for Redis; what Redis cannot take now is kept, on
/// disk too, until it can.
final class RunOutbox: Sendable {
    private struct State {
        var items = OutboxState<OutboxItem>()
        var waiting: [(position: Int, continuation: CheckedContinuation<Void, Never>)] = []
        var isClosed = false
    }

    private let delivery: RedisDelivery
    private let spool: Spool
    private let onFence: @Sendable () -> Void
    private let state = Mutex(State())

    /// Rings when there is something to deliver, and ends when nothing follows.
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    /// Rings when something may have to go to disk.
    private let risks: AsyncStream<Void>
    private let risk: AsyncStream<Void>.Continuation

    /// - Parameter onFence: Is called when Redis takes nothing more, because another process has ended the run.
    init(delivery: RedisDelivery, spool: Spool, onFence: @escaping @Sendable () -> Void = {}) {
        self.delivery = delivery
        self.spool = spool
        self.onFence = onFence
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (risks, risk) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds an item.
    ///
    /// - Returns: Its position, to wait for.
    @discardableResult
    func write(_ item: OutboxItem) -> Int {
        let position = state.withLock { $0.isClosed ? 0 : $0.items.append(item, now: .now) }
        arrival.yield()
        risk.yield()
        return position
    }

    /// Says that nothing follows.
    func finish() { arrival.finish() }

    /// Waits until what is at a position is safe: Redis has it, or the disk.
    func untilSafe(_ position: Int) async {
        await withCheckedContinuation { continuation in
            let isSettled = self.state.withLock { state in
                if state.isClosed || state.items.isSettled(position) { return true }
                state.waiting.append((position, continuation))
                return false
            }
            if isSettled { continuation.resume() }
        }
    }

    /// Delivers everything, until nothing follows or the task is cancelled.
    ///
    /// - Returns: Whether all of it is in Redis. What is not waits on disk for whoever adopts this process's spool.
    func drain() async -> Bool {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.keepSafe() }
            await deliverAll()
            risk.finish()
        }
        await spoolDue(isFinal: true)
        let (waiting, left, unsafe) = self.state.withLock { state in
            state.isClosed = true
            defer { state.waiting = [] }
            return (state.waiting, state.items.count, state.items.unsafeCount)
        }
        for (_, continuation) in waiting { continuation.resume() }
        if unsafe > 0 {
            delivery.logger.error(
                "records are lost: neither Redis nor the spool took them",
                metadata: ["lost": "\(unsafe)"]
            )
        } else if left > 0 {
            delivery.logger.warning("records wait in the spool for Redis", metadata: ["waiting": "\(left)"])
        }
        return left == 0
    }

    private func deliverAll() async {
        for await _ in arrivals {
            while let item = state.withLock({ $0.items.next }) {
                switch await delivery.deliver(item, onFailure: fellBehind) {
                case .taken, .refused: update { $0.taken() }
                case .fenced: return await fence()
                case .cancelled: return
                }
                await removeDelivered()
            }
        }
        await removeDelivered()
    }

    private func fellBehind() {
        update { $0.fellBehind() }
        risk.yield()
    }

    /// Sees to it that nothing stays in memory only while Redis does not take it.
    private func keepSafe() async {
        for await _ in risks {
            while !Task.isCancelled, let due = state.withLock({ $0.items.spoolingDue }) {
                let clock = ContinuousClock()
                if due > clock.now { try? await clock.sleep(until: due) } else { await spoolDue() }
            }
        }
    }

    private func spoolDue(isFinal: Bool = false) async {
        let batch = state.withLock { $0.items.takeForSpool(now: .now, isFinal: isFinal) }
        guard !batch.isEmpty else { return }
        let places = await self.spool.append(batch.map(\.item.spoolEntry))
        if let places {
            delivery.logger.debug("records went to the spool", metadata: ["count": "\(places.count)"])
        }
        update { $0.spooled(batch.map(\.position), at: places, now: .now) }
        await removeDelivered()
    }

    private func removeDelivered() async {
        let places = state.withLock { $0.items.takeRemovable() }
        if !places.isEmpty { await spool.remove(places) }
    }

    private func fence() async {
        let (count, places) = self.state.withLock { state in
            state.isClosed = true
            return (state.items.count, state.items.discard())
        }
        delivery.logger.warning(
            "the run was ended by another process; its further records are dropped",
            metadata: ["dropped": "\(count)"]
        )
        update { _ in }
        onFence()
        await spool.remove(places)
    }

    /// Changes the state, and lets go on who has waited for that.
    private func update(_ change: (inout OutboxState<OutboxItem>) -> Void) {
        let ready = self.state.withLock { state in
            change(&state.items)
            let settled = state.waiting.partition { state.items.isSettled($0.position) }
            defer { state.waiting.removeSubrange(settled...) }
            return Array(state.waiting[settled...])
        }
        for (_, continuation) in ready { continuation.resume() }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Spool
import Synchronization

/// What a run writes to Redis, in order. Writers do not wait for Redis: items that it cannot accept yet are kept, also
/// on disk.
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

    /// Yields when there is something to deliver, and ends when nothing follows.
    private let arrivals: AsyncStream<Void>
    private let arrival: AsyncStream<Void>.Continuation
    /// Yields when something may have to go to disk.
    private let risks: AsyncStream<Void>
    private let risk: AsyncStream<Void>.Continuation

    /// - Parameter onFence: Called when Redis rejects all further writes because another process has ended the run.
    init(delivery: RedisDelivery, spool: Spool, onFence: @escaping @Sendable () -> Void = {}) {
        self.delivery = delivery
        self.spool = spool
        self.onFence = onFence
        (arrivals, arrival) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        (risks, risk) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Adds an item.
    ///
    /// - Returns: Its position, for waiting.
    @discardableResult
    func write(_ item: OutboxItem) -> Int {
        let position = state.withLock { $0.isClosed ? 0 : $0.items.append(item, now: .now) }
        arrival.yield()
        risk.yield()
        return position
    }

    /// Declares that no more items follow.
    func finish() { arrival.finish() }

    /// Waits until the item at a position is safe in Redis or on disk.
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

    /// Delivers all items, until no more follow or the task is cancelled.
    ///
    /// - Returns: Whether all are in Redis. The others wait on disk for the process that adopts this one's spool.
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
                "records are lost: neither Redis nor the spool accepted them",
                metadata: ["lost": "\(unsafe)"]
            )
        } else if left > 0 {
            delivery.logger.warning("records are waiting in the spool for Redis", metadata: ["waiting": "\(left)"])
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

    /// Writes items to disk if Redis does not accept them.
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
            delivery.logger.debug("records were written to the spool", metadata: ["count": "\(places.count)"])
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
            "another process ended the run, dropping its remaining records",
            metadata: ["dropped": "\(count)"]
        )
        update { _ in }
        onFence()
        await spool.remove(places)
    }

    /// Changes the state, and resumes the waiters concerned.
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

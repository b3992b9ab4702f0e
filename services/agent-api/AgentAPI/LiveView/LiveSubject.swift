//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Synchronization

/// A run of this process, as long as it goes on, and what is wanted to be seen of it.
final class LiveSubject: Sendable {
    private struct State {
        var demand: LiveDemand?
        var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
        var lastWaiter = 0
    }

    let requestID: Identifier
    private let state = Mutex(State())

    init(_ requestID: Identifier) { self.requestID = requestID }

    /// What is wanted now; `nil` while nobody watches.
    var demand: LiveDemand? { state.withLock(\.demand) }

    func set(_ demand: LiveDemand?) {
        let waiters = state.withLock { state in
            guard state.demand != demand else { return [CheckedContinuation<Void, Never>]() }
            state.demand = demand
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until somebody watches.
    ///
    /// - Returns: `nil` when the task is cancelled.
    func untilWatched() async -> LiveDemand? {
        while !Task.isCancelled {
            if let demand { return demand }
            await untilOther(than: nil)
        }
        return nil
    }

    /// Waits until a time, or until something else is wanted.
    func sleep(until end: ContinuousClock.Instant, whileWanting demand: LiveDemand) async {
        await withTaskGroup { group in
            group.addTask { try? await Task.sleep(until: end, clock: .continuous) }
            group.addTask { await self.untilOther(than: demand) }
            await group.next()
            group.cancelAll()
        }
    }

    private func untilOther(than demand: LiveDemand?) async {
        let id = state.withLock { state in
            state.lastWaiter += 1
            return state.lastWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.demand != demand || Task.isCancelled { return true }
                    state.waiters[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume()
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Synchronization

/// State that events change and that tasks wait on: `wait` returns as soon as its condition holds, tested at once and
/// then after each change, so nothing polls and no change slips between the test and the wait.
final class Watched<State: Sendable>: Sendable {
    private struct Waiter: Sendable {
        /// Tests the state; when it returns `true` the waiter has been taken care of and is forgotten.
        var resumeIfReady: @Sendable (State) -> (@Sendable () -> Void)?
        var fail: @Sendable (any Error) -> Void
    }

    private struct Storage {
        var state: State
        var waiters: [Int: Waiter] = [:]
        var nextID = 0
    }

    private let storage: Mutex<Storage>

    init(_ state: State) {
        storage = Mutex(Storage(state: state))
    }

    /// The state as it is now.
    var current: State { storage.withLock { $0.state } }

    /// Changes the state and wakes those whose condition now holds. `change` must not call back into this object.
    @discardableResult
    func update<Result: Sendable>(_ change: (inout State) -> Result) -> Result {
        let (result, resumptions) = storage.withLock { storage in
            let result = change(&storage.state)
            var resumptions: [@Sendable () -> Void] = []
            for (id, waiter) in storage.waiters {
                if let resumption = waiter.resumeIfReady(storage.state) {
                    resumptions.append(resumption)
                    storage.waiters[id] = nil
                }
            }
            return (result, resumptions)
        }
        for resume in resumptions { resume() }
        return result
    }

    /// Waits until `condition` returns a value (or throws), at most until the deadline.
    ///
    /// - Throws: what the condition throws; `BrowserError.timedOut` saying what was waited for; `CancellationError`.
    func wait<Value: Sendable>(
        for what: @autoclosure @escaping @Sendable () -> String,
        until deadline: Deadline,
        _ condition: @escaping @Sendable (State) throws -> Value?
    ) async throws -> Value {
        try Task.checkCancellation()
        let id = storage.withLock { storage in
            storage.nextID += 1
            return storage.nextID
        }
        let remaining = deadline.remaining
        let timer = MultiThreadedEventLoopGroup.singleton.next().scheduleTask(in: TimeAmount(remaining)) {
            [weak self] in
            self?.fail(id, with: BrowserError(.timedOut, "timed out waiting for \(what())"))
        }
        defer { timer.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Value, any Error>) in
                add(id, continuation, condition, deadline: deadline, what: what)
            }
        } onCancel: {
            fail(id, with: CancellationError())
        }
    }

    private func add<Value: Sendable>(
        _ id: Int,
        _ continuation: CheckedContinuation<Value, any Error>,
        _ condition: @escaping @Sendable (State) throws -> Value?,
        deadline: Deadline,
        what: @Sendable () -> String
    ) {
        let waiter = Waiter(
            resumeIfReady: { state in
                do {
                    guard let value = try condition(state) else { return nil }
                    return { continuation.resume(returning: value) }
                } catch {
                    return { continuation.resume(throwing: error) }
                }
            },
            fail: { continuation.resume(throwing: $0) }
        )
        let resumption = storage.withLock { storage -> (@Sendable () -> Void)? in
            if let resumption = waiter.resumeIfReady(storage.state) { return resumption }
            storage.waiters[id] = waiter
            return nil
        }
        resumption?()
        // The timer or the cancellation may have come before the waiter was there to be failed.
        if resumption == nil {
            if Task.isCancelled {
                fail(id, with: CancellationError())
            } else if deadline.hasPassed {
                fail(id, with: BrowserError(.timedOut, "timed out waiting for \(what())"))
            }
        }
    }

    private func fail(_ id: Int, with error: any Error) {
        let waiter = storage.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.fail(error)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import NIOPosix
import Synchronization

/// Runs blocking lookups on threads of its own, and shares them fairly between gates.
final class LookupThreads: Sendable {
    private struct Lookup {
        var host: String
        var gate: ObjectIdentifier
        /// `nil` once the lookup is cancelled.
        var answer: CheckedContinuation<[IPAddress], any Error>?
    }

    private struct State {
        var turns: LookupTurns<ObjectIdentifier>
        var lookups: [Int: Lookup] = [:]
        var lastID = 0
    }

    private let threads: NIOThreadPool
    private let lookUp: @Sendable (String) -> [IPAddress]
    private let state: Mutex<State>

    /// - Parameters:
    ///   - count: The number of threads.
    ///   - countPerGate: How many of them one gate may occupy.
    ///   - lookUp: Resolves a host and may block.
    init(count: Int, countPerGate: Int, lookUp: @escaping @Sendable (String) -> [IPAddress]) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
        self.lookUp = lookUp
        state = Mutex(State(turns: LookupTurns(limit: count, limitPerParty: countPerGate)))
    }

    deinit {
        threads.shutdownGracefully { _ in }
    }

    /// The number of lookups that wait for a thread.
    var waitingCount: Int { state.withLock { $0.turns.waitingCount } }

    /// The addresses of a host.
    ///
    /// - Throws: `CancellationError` at once if the task is cancelled. A lookup that has not started then never does.
    func addresses(of host: String, for gate: ObjectIdentifier) async throws -> [IPAddress] {
        let id = self.state.withLock { state in
            state.lastID += 1
            return state.lastID
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { answer in
                self.state.withLock { state in
                    state.lookups[id] = Lookup(host: host, gate: gate, answer: answer)
                    state.turns.add(id, of: gate)
                }
                // The task may have been cancelled before the lookup was queued.
                if Task.isCancelled { cancel(id) }
                beginNext()
            }
        } onCancel: {
            cancel(id)
        }
    }

    private func cancel(_ id: Int) {
        let answer = self.state.withLock { state -> CheckedContinuation<[IPAddress], any Error>? in
            guard let lookup = state.lookups[id] else { return nil }
            state.turns.remove(id, of: lookup.gate)
            return state.lookups.removeValue(forKey: id)?.answer
        }
        answer?.resume(throwing: CancellationError())
    }

    private func beginNext() {
        while let (id, host) = self.state.withLock({ Self.next(&$0) }) {
            threads.submit { _ in
                let addresses = self.lookUp(host)
                let answer = self.state.withLock { state in
                    state.turns.finished(id)
                    return state.lookups.removeValue(forKey: id)?.answer
                }
                answer?.resume(returning: addresses)
                self.beginNext()
            }
        }
    }

    private static func next(_ state: inout State) -> (id: Int, host: String)? {
        guard let id = state.turns.next() else { return nil }
        return (id, state.lookups[id]?.host ?? "")
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dispatch
import Synchronization

/// Connections to a database, each with a thread of its own, made when they are first needed.
///
/// libpq is used as it is meant to be used: by a thread that may wait. Neither a task's thread nor an event loop ever
/// does.
package final class PostgresPool: Sendable {
    package struct Limits: Sendable {
        /// How many connections there are at most.
        package var connections: Int

        /// How long one that is free is waited for.
        package var patience: Duration

        package init(connections: Int, patience: Duration = .seconds(10)) {
            self.connections = connections
            self.patience = patience
        }
    }

    private let address: PostgresAddress
    private let limits: Limits
    private let reconnection: PostgresReconnection
    private let prepare: @Sendable (PostgresConnection) throws -> Void
    private let state = Mutex(State())

    private struct State {
        var free: [Seat] = []
        var count = 0
        var waiting: [(number: Int, continuation: CheckedContinuation<Seat, any Error>)] = []
        var lastNumber = 0
        var isClosed = false

        mutating func withdraw(_ number: Int) -> CheckedContinuation<Seat, any Error>? {
            guard let index = waiting.firstIndex(where: { $0.number == number }) else { return nil }
            return waiting.remove(at: index).continuation
        }
    }

    /// - Parameters:
    ///   - reconnection: When a server that is gone is tried again, for all pools of one server.
    ///   - prepare: Makes a new connection ready.
    package init(
        _ address: PostgresAddress,
        limits: Limits,
        reconnection: PostgresReconnection,
        prepare: @escaping @Sendable (PostgresConnection) throws -> Void
    ) {
        self.address = address
        self.limits = limits
        self.reconnection = reconnection
        self.prepare = prepare
    }

    /// Lets a body use a connection, on the connection's own thread.
    ///
    /// - Parameters:
    ///   - time: How long it may take, from when it has the connection.
    ///   - isCancellable: Whether it is given up, and the connection closed, when the task is cancelled.
    /// - Throws: ``PostgresError``, or what the body throws.
    package func use<Value: Sendable>(
        for time: Duration,
        isCancellable: Bool,
        _ body: @escaping @Sendable (PostgresConnection) throws -> Value
    ) async throws -> Value {
        let seat = try await take(isCancellable: isCancellable)
        let turn = seat.begin()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                seat.queue.async {
                    let result = Result { try self.perform(body, on: seat, for: time) }
                    seat.end()
                    self.giveBack(seat)
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            if isCancellable { seat.interrupt(turn) }
        }
    }

    /// Closes all connections, each when it has done what it does. What comes later is refused.
    package func close() async {
        let (free, waiting) = state.withLock { state in
            defer { (state.free, state.waiting, state.isClosed) = ([], [], true) }
            return (state.free, state.waiting)
        }
        for waiter in waiting { waiter.continuation.resume(throwing: closed) }
        for seat in free { await seat.close() }
    }

    // MARK: Seats

    private var closed: PostgresError { PostgresError(.unreachable, address, "this process is closing the connection") }

    private func take(isCancellable: Bool) async throws -> Seat {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let seat: Result<Seat, any Error>? = state.withLock { state in
                    if state.isClosed { return .failure(closed) }
                    if isCancellable, Task.isCancelled {
                        return .failure(PostgresError(.cancelled, address, "the request was given up"))
                    }
                    if let seat = state.free.popLast() { return .success(seat) }
                    if state.count < limits.connections {
                        state.count += 1
                        return .success(Seat())
                    }
                    state.waiting.append((number, continuation))
                    return nil
                }
                if let seat { return continuation.resume(with: seat) }
                let patience = limits.patience / .seconds(1)
                DispatchQueue.global().asyncAfter(deadline: .now() + patience) { [weak self] in
                    self?.withdraw(number, .unreachable, "all connections were in use for \(Int(patience)) s")
                }
            }
        } onCancel: {
            if isCancellable { withdraw(number, .cancelled, "the request was given up") }
        }
    }

    private func withdraw(_ number: Int, _ kind: PostgresError.Kind, _ cause: String) {
        let continuation = state.withLock { $0.withdraw(number) }
        continuation?.resume(throwing: PostgresError(kind, address, cause))
    }

    private func giveBack(_ seat: Seat) {
        let next = state.withLock { state -> CheckedContinuation<Seat, any Error>? in
            if state.isClosed {
                seat.connection = nil
                return nil
            }
            if state.waiting.isEmpty {
                state.free.append(seat)
                return nil
            }
            return state.waiting.removeFirst().continuation
        }
        next?.resume(returning: seat)
    }

    /// On the seat's thread.
    private func perform<Value>(
        _ body: (PostgresConnection) throws -> Value,
        on seat: Seat,
        for time: Duration
    ) throws -> Value {
        let connection = try connection(of: seat)
        connection.deadline = .now + time
        do {
            return try body(connection)
        } catch {
            // The reason for which it was woken is gone with it.
            if !connection.recover() { seat.connection = nil }
            throw error
        }
    }

    private func connection(of seat: Seat) throws -> PostgresConnection {
        if let connection = seat.connection {
            if connection.isUsable { return connection }
            seat.connection = nil
        }
        try reconnection.check()
        do {
            let connection = try PostgresConnection(address, interrupt: seat.interrupt)
            connection.deadline = .now + .seconds(60)
            try prepare(connection)
            reconnection.succeeded()
            seat.connection = connection
            return connection
        } catch let error as PostgresError {
            if error.kind != .cancelled { reconnection.failed(error) }
            throw error
        }
    }

    /// A connection, its thread, and what wakes it. The connection is used on the thread alone, which the compiler cannot
    /// know of a queue.
    private final class Seat: @unchecked Sendable {
        let queue = DispatchQueue(label: "postgres")
        let interrupt = Interrupt()

        /// Used on the queue alone.
        var connection: PostgresConnection?

        /// Whose turn it is, so that nobody is interrupted for somebody who was there before.
        private let turn = Mutex((last: 0, isRunning: false))

        func begin() -> Int {
            turn.withLock { turn in
                turn = (turn.last + 1, true)
                interrupt.reset()
                return turn.last
            }
        }

        func end() { turn.withLock { $0.isRunning = false } }

        func interrupt(_ number: Int) {
            turn.withLock { if $0.isRunning, $0.last == number { interrupt.fire() } }
        }

        func close() async {
            await withCheckedContinuation { continuation in
                queue.async {
                    self.connection = nil
                    continuation.resume()
                }
            }
        }
    }
}

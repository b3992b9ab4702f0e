//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The state machine of a client's connection: when to connect, and when to give up. It does no I/O.
struct ConnectionMachine<Connection> {
    enum State {
        case idle
        /// `after`: why the last attempt failed. Nil for the first attempt, and for one that replaces a connection just
        /// lost.
        case connecting(after: RedisError?)
        case connected(Connection, since: NIODeadline)
        /// The last attempt failed for this reason, and the next is not due yet.
        case waiting(RedisError)
        /// Shutting down. Requests in flight are still answered.
        case draining(Connection)
        case stopped
    }

    enum Action {
        case none
        case connect
        case announce
        case retry(after: Duration)
        case drain(Connection)
        case abandonAndFinish
        case finish
    }

    private(set) var state: State = .idle
    private var backoff: Backoff

    init(delay: ClosedRange<Duration>) {
        backoff = Backoff(range: delay)
    }

    /// What happens to commands.
    var availability: Availability<Connection> {
        switch state {
        case .connected(let connection, _), .draining(let connection): .now(connection)
        case .idle, .connecting(after: nil): .soon
        case .connecting(after: let error?), .waiting(let error): .away(error)
        case .stopped: .never
        }
    }

    mutating func start() -> Action {
        guard case .idle = state else { return .none }
        state = .connecting(after: nil)
        return .connect
    }

    mutating func connected(_ connection: Connection, now: NIODeadline) -> Action {
        guard case .connecting = state else { return .none }
        state = .connected(connection, since: now)
        return .announce
    }

    mutating func attemptFailed(_ error: RedisError, fraction: Double) -> Action {
        guard case .connecting = state else { return .none }
        state = .waiting(error)
        return .retry(after: backoff.nextDelay(fraction: fraction))
    }

    /// A connection that had lasted is replaced at once. A connection lost right after it was made, as on a server with
    /// too many clients, counts as a failed attempt, so that the client backs off.
    mutating func connectionLost(_ error: RedisError, now: NIODeadline, fraction: Double) -> Action {
        switch state {
        case .connected(_, let since) where now - since >= .seconds(1):
            backoff.reset()
            state = .connecting(after: nil)
            return .connect
        case .connected:
            state = .waiting(error)
            return .retry(after: backoff.nextDelay(fraction: fraction))
        case .draining:
            state = .stopped
            return .finish
        case .idle, .connecting, .waiting, .stopped:
            return .none
        }
    }

    mutating func delayPassed() -> Action {
        guard case .waiting(let error) = state else { return .none }
        state = .connecting(after: error)
        return .connect
    }

    mutating func stop() -> Action {
        switch state {
        case .connected(let connection, _):
            state = .draining(connection)
            return .drain(connection)
        case .connecting, .waiting:
            state = .stopped
            return .abandonAndFinish
        case .idle:
            state = .stopped
            return .finish
        case .draining, .stopped:
            return .none
        }
    }
}

extension ConnectionMachine.Action: Equatable where Connection: Equatable {}

/// What happens to a command that a client receives.
enum Availability<Connection> {
    /// It is sent on this connection.
    case now(Connection)
    /// It waits for a connection that is being made: the first one, or the replacement of one just lost.
    case soon
    /// Redis is known to be unavailable, for this reason.
    case away(RedisError)
    /// The client has stopped.
    case never
}

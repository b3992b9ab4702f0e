//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Decides when to connect, and when to give up: the life of a client's connection, without any input or output.
struct Reconnection {
    enum State: Equatable {
        case idle
        case connecting
        case connected(since: NIODeadline)
        case waiting
        /// Shutting down; the connection still answers what it was asked.
        case draining
        case stopped
    }

    enum Action: Equatable {
        case none
        case connect
        case announce
        case retry(after: Duration)
        case drain
        case abandonAndFinish
        case finish
    }

    private(set) var state: State = .idle
    private var backoff: Backoff

    init(delay: ClosedRange<Duration>) {
        backoff = Backoff(range: delay)
    }

    mutating func start() -> Action {
        guard case .idle = state else { return .none }
        state = .connecting
        return .connect
    }

    mutating func connected(now: NIODeadline) -> Action {
        guard case .connecting = state else { return .none }
        state = .connected(since: now)
        return .announce
    }

    mutating func attemptFailed(fraction: Double) -> Action {
        guard case .connecting = state else { return .none }
        state = .waiting
        return .retry(after: backoff.nextDelay(fraction: fraction))
    }

    /// A connection that had lasted is replaced at once. One that was lost right after it was made, as a server with
    /// too many clients does, counts as a failed attempt, so that nobody runs in circles.
    mutating func connectionLost(now: NIODeadline, fraction: Double) -> Action {
        switch state {
        case .connected(let since) where now - since >= .seconds(1):
            backoff.reset()
            state = .connecting
            return .connect
        case .connected:
            state = .waiting
            return .retry(after: backoff.nextDelay(fraction: fraction))
        case .draining:
            state = .stopped
            return .finish
        case .idle, .connecting, .waiting, .stopped:
            return .none
        }
    }

    mutating func delayPassed() -> Action {
        guard case .waiting = state else { return .none }
        state = .connecting
        return .connect
    }

    mutating func stop() -> Action {
        switch state {
        case .connected:
            state = .draining
            return .drain
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

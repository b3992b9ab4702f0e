//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Decides what becomes of a request: sent, held until there is a connection, or refused. Without any input or output.
///
/// Requests are held while a connection is being made for the first time or right after one was lost; the attempt has
/// its own time limit. As soon as one has failed, Redis is known to be away and requests are refused at once with the
/// reason. Before the client runs there is no attempt, so then requests have a time limit themselves.
struct Admission {
    private struct Held {
        let request: Request
        let deadline: NIODeadline
    }

    private enum State {
        case notRunning
        case attempting
        case connected
        case down(RedisError)
        case stopped
    }

    enum Action {
        case hold
        case send
        case refuse(RedisError)
    }

    private var state: State = .notRunning
    private var held: CircularBuffer<Held> = []
    private let patience: TimeAmount

    init(patience: TimeAmount) {
        self.patience = patience
    }

    /// When the request that is held longest has been held too long.
    var nextDeadline: NIODeadline? {
        if case .notRunning = state { held.first?.deadline } else { nil }
    }

    /// The first attempt to connect begins.
    mutating func started() {
        if case .notRunning = state { state = .attempting }
    }

    mutating func submit(_ request: Request, now: NIODeadline) -> Action {
        switch state {
        case .notRunning, .attempting:
            held.append(Held(request: request, deadline: now + patience))
            return .hold
        case .connected: return .send
        case .down(let error): return .refuse(error)
        case .stopped: return .refuse(RedisError(.shutDown, "the Redis client has been shut down"))
        }
    }

    /// - Returns: the request, if it was held.
    mutating func cancel(id: UInt64) -> Request? {
        guard let index = held.firstIndex(where: { $0.request.id == id }) else { return nil }
        return held.remove(at: index).request
    }

    /// - Returns: what to send now, in the order in which it was submitted.
    mutating func connected() -> [Request] {
        state = .connected
        return takeHeld()
    }

    /// - Returns: what to refuse, and the error to refuse it with.
    mutating func disconnected(_ reason: RedisError, retryingNow: Bool) -> (requests: [Request], error: RedisError) {
        // Whatever kept a connection from being made: nothing was sent, and it is worth trying again.
        let error = reason.code == .unavailable ? reason : RedisError(.unavailable, reason.message, cause: reason)
        if retryingNow {
            state = .attempting
            return ([], error)
        }
        state = .down(error)
        return (takeHeld(), error)
    }

    /// - Returns: what to refuse.
    mutating func stopped() -> [Request] {
        state = .stopped
        return takeHeld()
    }

    /// - Returns: what has been held too long.
    mutating func takeExpired(now: NIODeadline) -> [Request] {
        var expired: [Request] = []
        guard case .notRunning = state else { return expired }
        while let first = held.first, first.deadline <= now {
            expired.append(first.request)
            held.removeFirst()
        }
        return expired
    }

    private mutating func takeHeld() -> [Request] {
        defer { held.removeAll() }
        return held.map(\.request)
    }
}

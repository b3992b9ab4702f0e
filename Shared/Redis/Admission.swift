//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Decides what becomes of a request: sent, held until there is a connection, or refused. Without any input or output.
///
/// Requests are held while a connection is being made for the first time or right after one was lost. As soon as an
/// attempt has failed, Redis is known to be away and requests are refused at once with the reason.
struct Admission {
    private struct Held {
        let request: Request
        let deadline: NIODeadline
    }

    private enum State {
        case holding
        case connected
        case down(RedisError)
        case stopped
    }

    enum Action {
        case hold(until: NIODeadline)
        case send
        case refuse(RedisError)
    }

    private var state: State = .holding
    private var held: CircularBuffer<Held> = []
    private let patience: TimeAmount

    init(patience: TimeAmount) {
        self.patience = patience
    }

    /// When the request that is held longest has been held too long.
    var nextDeadline: NIODeadline? { held.first?.deadline }

    mutating func submit(_ request: Request, now: NIODeadline) -> Action {
        switch state {
        case .holding:
            let deadline = now + patience
            held.append(Held(request: request, deadline: deadline))
            return .hold(until: deadline)
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

    /// - Returns: what to refuse with the error.
    mutating func disconnected(_ error: RedisError, retryingNow: Bool) -> [Request] {
        if retryingNow {
            state = .holding
            return []
        }
        state = .down(error.code == .unavailable ? error : RedisError(.unavailable, error.message, cause: error))
        return takeHeld()
    }

    /// - Returns: what to refuse.
    mutating func stopped() -> [Request] {
        state = .stopped
        return takeHeld()
    }

    /// - Returns: what has been held too long.
    mutating func takeExpired(now: NIODeadline) -> [Request] {
        var expired: [Request] = []
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

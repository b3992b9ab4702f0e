//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// Requests that wait for a connection, in order. Without any input or output.
///
/// While an attempt to connect is under way, its time limit is theirs. Before the client runs there is none, so they have
/// one themselves.
struct HeldRequests {
    private struct Held {
        let request: Request
        let deadline: NIODeadline
    }

    private var held: CircularBuffer<Held> = []
    private let patience: TimeAmount

    init(patience: TimeAmount) {
        self.patience = patience
    }

    /// When the request that is held longest has been held too long.
    var nextDeadline: NIODeadline? { held.first?.deadline }

    mutating func hold(_ request: Request, now: NIODeadline) {
        held.append(Held(request: request, deadline: now + patience))
    }

    /// - Returns: the request, if it was held.
    mutating func cancel(id: UInt64) -> Request? {
        guard let index = held.firstIndex(where: { $0.request.id == id }) else { return nil }
        return held.remove(at: index).request
    }

    /// - Returns: all of them, in the order in which they came.
    mutating func takeAll() -> [Request] {
        defer { held.removeAll() }
        return held.map(\.request)
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
}

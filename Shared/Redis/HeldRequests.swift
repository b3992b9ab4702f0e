//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore

/// The requests that wait for a connection, in order. It does no I/O.
///
/// While the client is connecting, the attempt's time limit applies to them. Before the client runs, they have a limit
/// of their own.
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

    /// The deadline of the oldest held request.
    var nextDeadline: NIODeadline? { held.first?.deadline }

    mutating func hold(_ request: Request, now: NIODeadline) {
        held.append(Held(request: request, deadline: now + patience))
    }

    /// - Returns: The request, if it was held.
    mutating func cancel(id: UInt64) -> Request? {
        guard let index = held.firstIndex(where: { $0.request.id == id }) else { return nil }
        return held.remove(at: index).request
    }

    /// - Returns: All of them, in order.
    mutating func takeAll() -> [Request] {
        defer { held.removeAll() }
        return held.map(\.request)
    }

    /// - Returns: The requests held past their deadline.
    mutating func takeExpired(now: NIODeadline) -> [Request] {
        var expired: [Request] = []
        while let first = held.first, first.deadline <= now {
            expired.append(first.request)
            held.removeFirst()
        }
        return expired
    }
}

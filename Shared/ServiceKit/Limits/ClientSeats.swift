//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Synchronization

/// Limits how many viewers each client has at a time: `MAX_VIEWERS_PER_CLIENT`.
package final class ClientSeats: Sendable {
    private let limit: Int?
    private let counts = Mutex<[ClientKey: Int]>([:])

    /// - Parameter limit: For one client; `nil` for no limit.
    package init(limit: Int?) { self.limit = limit }

    /// A place for a viewer, which is free again when nobody holds it any more.
    package final class Seat: Sendable {
        private let leave: @Sendable () -> Void

        fileprivate init(leave: @escaping @Sendable () -> Void) { self.leave = leave }

        deinit { leave() }
    }

    /// A place for one more viewer of a request's client.
    ///
    /// - Throws: ``Problem`` 429 when the client has as many as it may.
    package func takeSeat(for context: ServiceContext) throws -> Seat {
        guard let limit else { return Seat {} }
        let client = context.client
        let isFree = counts.withLock { counts in
            guard counts[client, default: 0] < limit else { return false }
            counts[client, default: 0] += 1
            return true
        }
        guard isFree else {
            throw Problem(
                .tooManyRequests,
                "A client may have \(limit) viewers at a time, and this one has. Close one of them first.",
                headers: [.retryAfter: "5"]
            )
        }
        return Seat { [self] in leave(client) }
    }

    private func leave(_ client: ClientKey) {
        counts.withLock { counts in
            let count = counts[client, default: 1] - 1
            counts[client] = count == 0 ? nil : count
        }
    }
}

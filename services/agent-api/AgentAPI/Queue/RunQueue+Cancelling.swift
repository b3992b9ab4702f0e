//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

extension RunQueue {
    /// What is needed to cancel a run.
    enum Cancellation: Sendable, Equatable {
        /// The run is waiting and has no process, so the caller writes its end.
        case waits

        /// A process executes it, and will stop it in a moment.
        case isAsked

        /// It has ended, or does not exist.
        case isOver
    }

    /// Requests that a run be stopped, whichever process executes it.
    ///
    /// - Throws: `RedisError`.
    func cancel(_ requestID: Identifier) async throws(RedisError) -> Cancellation {
        let keys = self.keys.run(requestID)
        let reply = try await redis.evaluate(
            Self.cancelling,
            keys: [keys.run, keys.ended],
            arguments: [prefix, requestID.rawValue]
        )
        return switch try reply.as(Int.self) {
        case 0: .waits
        case 1: .isAsked
        default: .isOver
        }
    }

    private static let cancelling = RedisScript(queue: Embedded.cancelLua)
}

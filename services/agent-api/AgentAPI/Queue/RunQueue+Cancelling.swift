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
        let reply = try await redis.evaluate(Self.cancelling, keys: [keys.run, keys.ended], arguments: [])
        return switch try reply.as(Int.self) {
        case 0: .waits
        case 1: .isAsked
        default: .isOver
        }
    }

    /// Those of the given runs that were cancelled.
    ///
    /// - Throws: `RedisError`.
    func cancelled(of requestIDs: [Identifier]) async throws(RedisError) -> [Identifier] {
        let commands = requestIDs.map { requestID in
            RedisCommand("HEXISTS", keys.run(requestID).run, "cancel")
        }
        var cancelled: [Identifier] = []
        for (requestID, answer) in zip(requestIDs, try await redis.pipeline(commands)) {
            if try answer.get().as(Bool.self) { cancelled.append(requestID) }
        }
        return cancelled
    }

    private static let cancelling = RedisScript(queue: Embedded.cancelLua)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

extension RunQueue {
    /// What there is to be done to cancel a run.
    enum Cancellation: Sendable, Equatable {
        /// It waits: nobody has it, so whoever cancels it writes its end.
        case waits

        /// A process carries it out, and will see within a moment that it is to stop.
        case isAsked

        /// It has ended, or there is none.
        case isOver
    }

    /// Asks for a run to be stopped, whoever carries it out.
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

    /// Those of the runs that are to be stopped.
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

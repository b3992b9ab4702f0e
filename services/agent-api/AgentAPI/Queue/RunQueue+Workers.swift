//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

extension RunQueue {
    /// The name of this process among the workers: it tells how many runs it carries out at a time.
    var worker: String { "\(limits.concurrency):\(leases.owner)" }

    /// Counts this process among the workers for as long as a lease lasts.
    ///
    /// - Throws: `RedisError`.
    func register() async throws(RedisError) {
        _ = try await redis.evaluate(
            Self.registration,
            keys: [keys.workers, ownQueue],
            arguments: [worker, leases.milliseconds]
        )
    }

    /// Takes this process out of the workers. Runs that wait for it, for it has the cookies of their sessions, are left to
    /// all.
    func retire() async {
        _ = try? await redis.evaluate(
            Self.retirement,
            keys: [keys.workers, ownQueue],
            arguments: [prefix, worker]
        )
    }

    /// Takes this process out of the consumer group, and with it those that have died long ago.
    func leaveGroup() async {
        _ = try? await redis.evaluate(
            Self.departure,
            keys: [keys.queue],
            arguments: [leases.owner]
        )
        _ = try? await redis.evaluate(Self.tidying, keys: [keys.queue], arguments: [])
    }

    private static let registration = RedisScript(queue: Embedded.registerWorkerLua)

    private static let retirement = RedisScript(queue: Embedded.retireWorkerLua)

    private static let tidying = RedisScript(queue: Embedded.tidyGroupLua)

    private static let departure = RedisScript(queue: Embedded.leaveGroupLua)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

extension RunQueue {
    /// The name of this process among the workers. It includes its number of slots.
    var worker: String { "\(limits.concurrency):\(leases.owner)" }

    /// Registers this process as a worker for the duration of a lease.
    ///
    /// - Throws: `RedisError`.
    func register() async throws(RedisError) {
        _ = try await redis.evaluate(
            Self.registration,
            keys: [keys.workers, ownQueue],
            arguments: [worker, leases.milliseconds]
        )
    }

    /// Unregisters this process. Runs that were reserved for it because it has their sessions' cookies become available
    /// to all processes.
    func retire() async {
        _ = try? await redis.evaluate(
            Self.retirement,
            keys: [keys.workers, ownQueue],
            arguments: [prefix, worker]
        )
    }

    /// Removes this process from the consumer group, together with processes that died long ago.
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

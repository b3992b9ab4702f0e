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
            arguments: [QueueScript.group, leases.owner]
        )
        _ = try? await redis.evaluate(
            Self.tidying,
            keys: [keys.queue],
            arguments: [QueueScript.group]
        )
    }

    private static let registration = RedisScript(
        QueueScript.functions + """
            redis.call('ZADD', KEYS[1], now() + ARGV[2], ARGV[1])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now())
            redis.call('EXPIRE', KEYS[2], 3600)
            return 1
            """
    )

    private static let retirement = RedisScript(
        QueueScript.functions + """
            redis.call('ZREM', KEYS[1], ARGV[2])
            for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '-', '+')) do
                local id = entry[2][2]
                dequeue(ARGV[1], id)
                enqueue(ARGV[1], id)
            end
            redis.call('DEL', KEYS[2])
            return 1
            """
    )

    /// Consumers of processes that were killed. One that lives asks every second.
    private static let tidying = RedisScript(
        """
        local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
        if consumers.err then return 0 end
        local removed = 0
        for _, consumer in ipairs(consumers) do
            local facts = {}
            for index = 1, #consumer, 2 do facts[consumer[index]] = consumer[index + 1] end
            if facts.pending == 0 and facts.idle > 3600000 then
                redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], facts.name)
                removed = removed + 1
            end
        end
        return removed
        """
    )

    /// A consumer that still has a run to its name stays: the run would go with it.
    private static let departure = RedisScript(
        """
        local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
        if pending.err or #pending > 0 then return 0 end
        return redis.pcall('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
        """
    )
}

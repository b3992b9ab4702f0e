//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

extension RunQueue {
    /// The name of this process among the workers: it tells how many runs it carries out at a time.
    var worker: String { "\(self.limits.concurrency):\(self.leases.owner)" }

    /// Counts this process among the workers until the task is cancelled.
    func stayRegistered(logger: Logger) async {
        var hasTidiedUp = false
        while !Task.isCancelled {
            do {
                if !hasTidiedUp {
                    _ = try await self.redis.evaluate(
                        Self.tidying,
                        keys: [self.keys.queue],
                        arguments: [QueueScript.group]
                    )
                    hasTidiedUp = true
                }
                _ = try await self.redis.evaluate(
                    Self.registration,
                    keys: [self.keys.workers],
                    arguments: [self.worker, self.leases.milliseconds]
                )
            } catch {
                logger.debug("could not register as a worker; trying again", error: error)
            }
            try? await Task.sleep(for: .milliseconds(self.leases.milliseconds) / 5)
        }
    }

    /// Takes this process out of the workers and out of the consumer group, when it has taken its last run.
    func deregister() async {
        _ = try? await self.redis.send(RedisCommand("ZREM", self.keys.workers, self.worker))
        _ = try? await self.redis.evaluate(
            Self.departure,
            keys: [self.keys.queue],
            arguments: [QueueScript.group, self.leases.owner]
        )
    }

    private static let registration = RedisScript(
        QueueScript.functions + """
            redis.call('ZADD', KEYS[1], now() + ARGV[2], ARGV[1])
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now())
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

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
        while !Task.isCancelled {
            do {
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

    /// A consumer that still has a run to its name stays: the run would go with it.
    private static let departure = RedisScript(
        """
        local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2])
        if pending.err or #pending > 0 then return 0 end
        return redis.pcall('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
        """
    )
}

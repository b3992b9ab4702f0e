-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Registers a process as a worker for the duration of a lease.
local workers, queue = unpack(KEYS)
local worker, milliseconds = unpack(ARGV)

redis.call('ZADD', workers, now() + milliseconds, worker)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now())
redis.call('EXPIRE', queue, 3600)
return 1

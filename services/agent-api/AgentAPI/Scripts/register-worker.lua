-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Counts a process among the workers for as long as a lease lasts.
local workers, queue = unpack(KEYS)
local worker, milliseconds = unpack(ARGV)

redis.call('ZADD', workers, now() + milliseconds, worker)
redis.call('ZREMRANGEBYSCORE', workers, '-inf', now())
redis.call('EXPIRE', queue, 3600)
return 1

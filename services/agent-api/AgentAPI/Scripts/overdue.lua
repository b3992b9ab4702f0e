-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Returns the runs of the index whose lease was not renewed in time, the longest overdue first.
local unfinished = KEYS[1]
local limit = ARGV[1]

return redis.call('ZRANGEBYSCORE', unfinished, '-inf', now(), 'LIMIT', 0, limit)

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Runs of the index whose process has not renewed its lease in time; the longest overdue first.
local unfinished = KEYS[1]
local limit = ARGV[1]

return redis.call('ZRANGEBYSCORE', unfinished, '-inf', now(), 'LIMIT', 0, limit)

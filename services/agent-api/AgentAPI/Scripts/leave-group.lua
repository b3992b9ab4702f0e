-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Removes a process from the consumer group. A consumer with pending runs stays, since they would be lost with it.
local queue = KEYS[1]
local consumer = ARGV[1]

local pending = redis.pcall('XPENDING', queue, GROUP, '-', '+', 1, consumer)
if pending.err or #pending > 0 then return 0 end
return redis.pcall('XGROUP', 'DELCONSUMER', queue, GROUP, consumer)

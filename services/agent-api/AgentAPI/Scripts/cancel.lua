-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Cancels a run. Returns 0 if it is waiting, 1 if a process executes it, 2 if it is over or does not exist.
local run, ended = unpack(KEYS)
local prefix, id = unpack(ARGV)

local request, begun, state = unpack(redis.call('HMGET', run, 'request', 'begun', 'run'))
if not state or redis.call('EXISTS', ended) == 1 then return 2 end
if request and not begun then return 0 end
redis.call('HSET', run, 'cancel', 1)
call_worker(prefix, id)
return 1

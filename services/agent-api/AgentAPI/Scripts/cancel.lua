-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Asks for a run to be stopped. Gives 0 if it waits, 1 if a process carries it out, 2 if it is over or there is none.
local run, ended = unpack(KEYS)

local request, begun, state = unpack(redis.call('HMGET', run, 'request', 'begun', 'run'))
if not state or redis.call('EXISTS', ended) == 1 then return 2 end
if request and not begun then return 0 end
redis.call('HSET', run, 'cancel', 1)
return 1

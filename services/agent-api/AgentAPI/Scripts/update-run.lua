-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Stores the state of an unfinished run. If Redis has lost its data, this restores the run, but not its request.
local run, ended, secrets = unpack(KEYS)
local prefix, id, ttl, state, owner = unpack(ARGV)

local ended_by = redis.call('GET', ended)
if ended_by then return ended_by == owner and 0 or -1 end
redis.call('HSET', run, 'run', state)
redis.call('EXPIRE', run, ttl)
tell(prefix, id, state, ttl)
redis.call('DEL', secrets)
return 1

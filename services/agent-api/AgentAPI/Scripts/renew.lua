-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Renews the lease on a run, or returns what ended it. Even if the run writes nothing for a long time, its request, its
-- batch and its place in its session must not expire before it ends.
local lease, ended, run = unpack(KEYS, 1, 3)
local owner, milliseconds, ttl, prefix, id = unpack(ARGV)

local ended_by = redis.call('GET', ended)
if ended_by then return ended_by end
redis.call('SET', lease, owner, 'PX', milliseconds)
for index = 3, #KEYS do redis.call('EXPIRE', KEYS[index], ttl) end
local session = redis.call('HGET', run, 'session')
if session then redis.call('EXPIRE', shared(prefix, 'session:' .. session), ttl) end
settle_step(prefix, id, ttl)
return false

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Holds a run, or lets it go on where `reason` is empty. Returns 1, or 2 if it is over or does not exist, or 3 if a
-- program executes it that cannot be held.
local run, ended = unpack(KEYS)
local prefix, id, reason = unpack(ARGV)

local begun, state = unpack(redis.call('HMGET', run, 'begun', 'run'))
if not state or redis.call('EXISTS', ended) == 1 then return 2 end
if begun == 'python' then return 3 end
if reason == '' then
    redis.call('HDEL', run, 'hold')
else
    redis.call('HSET', run, 'hold', reason)
end
call_worker(prefix, id)
return 1

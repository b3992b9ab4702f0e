-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Gives a person control of a run's browser, for as long as it is used. Returns 1 and the token, or one of
--   2   the run is over or does not exist
--   3   a program executes it that cannot be held
--   4   it has not begun
--   6   somebody else has control; for how long at least (ms)
local run, ended, control, input = unpack(KEYS)
local prefix, id, token, own, milliseconds, who, ttl = unpack(ARGV)

local begun, state = unpack(redis.call('HMGET', run, 'begun', 'run'))
if not state or redis.call('EXISTS', ended) == 1 then return {2} end
if begun == 'python' then return {3} end
if not begun then return {4} end
local holder = redis.call('GET', control)
if holder and holder ~= own then return {6, redis.call('PTTL', control)} end
if not holder then
    redis.call('DEL', input)
    redis.call('HSET', run, 'controller', who)
    redis.call('EXPIRE', run, ttl)
end
redis.call('SET', control, holder or token, 'PX', milliseconds)
call_worker(prefix, id)
return {1, holder or token}

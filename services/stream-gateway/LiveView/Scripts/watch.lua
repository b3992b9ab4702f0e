-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Says for a while how a gateway watches a run, in place of what it has said before, unless the run has ended. Returns
-- whether it has. With no time, says that the gateway no longer watches. What is new is told on the channel of commands.
local watched, ended = unpack(KEYS)
local gateway, entry, milliseconds, commands, id = unpack(ARGV)

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZREMRANGEBYSCORE', watched, '-inf', string.format('%.0f', now))
for _, other in ipairs(redis.call('ZRANGE', watched, 0, -1)) do
    if other ~= entry and string.sub(other, 1, #gateway + 1) == gateway .. ':' then redis.call('ZREM', watched, other) end
end
if milliseconds == '0' then
    redis.call('ZREM', watched, entry)
    return 0
end
if redis.call('EXISTS', ended) == 1 then return 1 end
local added = redis.call('ZADD', watched, string.format('%.0f', now + tonumber(milliseconds)), entry)
redis.call('PEXPIRE', watched, milliseconds)
if added == 1 then redis.call('PUBLISH', commands, id) end
return 0

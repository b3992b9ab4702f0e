-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Notes that Redis is alive. With `new` as the argument, which says that it may have been restarted, the time from the
-- last note on is one whose entries may be lost.
local alive_key, losses = unpack(KEYS)
local connection = ARGV[1]

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local alive = redis.call('GET', alive_key)
if alive and connection == 'new' and tonumber(alive) and tonumber(alive) <= tonumber(now) then
    redis.call('RPUSH', losses, alive .. '-' .. now)
    redis.call('LTRIM', losses, -256, -1)
    redis.call('EXPIRE', losses, 604800)
end
redis.call('SET', alive_key, now, 'EX', 604800)

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Adds to the size of a run's screenshots, and returns the runs whose screenshots must be removed. The sum is under the
-- empty name, which no run has.
local sizes, times = unpack(KEYS)
local id, bytes, maximum, ttl = unpack(ARGV)
bytes, maximum, ttl = tonumber(bytes), tonumber(maximum), tonumber(ttl)

local seconds = tonumber(redis.call('TIME')[1])
local function size(run) return whole(redis.call('HGET', sizes, run)) or 0 end
local total = size('')
local gone = {}
local function drop(run)
    total = total - size(run)
    redis.call('HDEL', sizes, run)
    redis.call('ZREM', times, run)
    gone[#gone + 1] = run
end

for _, run in ipairs(redis.call('ZRANGEBYSCORE', times, '-inf', seconds - ttl)) do drop(run) end
while total + bytes > maximum do
    local oldest = redis.call('ZRANGE', times, 0, 0)[1]
    if not oldest then
        total = 0
        break
    end
    drop(oldest)
end
redis.call('HSET', sizes, id, string.format('%d', size(id) + bytes))
redis.call('ZADD', times, seconds, id)
redis.call('HSET', sizes, '', string.format('%d', math.max(0, total) + bytes))
redis.call('EXPIRE', sizes, ttl)
redis.call('EXPIRE', times, ttl)
return gone

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Makes sure that a waiting run is in line and does not expire, whatever was lost. Returns 1 if the run is waiting.
local run, ended, unfinished = unpack(KEYS)
local prefix, id, milliseconds, ttl = unpack(ARGV)

local request, begun, session, entry, batch, home =
    unpack(redis.call('HMGET', run, 'request', 'begun', 'session', 'entry', 'batch', 'home'))
if not request or begun or redis.call('EXISTS', ended) == 1 then return 0 end

redis.call('EXPIRE', run, ttl)
redis.call('EXPIRE', key(prefix, id, 'secrets'), ttl)
if batch then
    for _, name in ipairs({'batch', 'batch-state', 'batch-runs'}) do
        redis.call('EXPIRE', key(prefix, batch, name), ttl)
    end
end
redis.call('ZADD', unfinished, now() + milliseconds, id)

local list = shared(prefix, 'session:' .. (session or id))
if not redis.call('LPOS', list, id) then redis.call('RPUSH', list, id) end
redis.call('EXPIRE', list, ttl)
if first_of(list, prefix) == id then
    home = home or ''
    local is_there = entry and #redis.call('XRANGE', queue_of(prefix, home), entry, entry) > 0
    if not is_there or (home ~= '' and not is_alive(prefix, home)) then
        dequeue(prefix, id)
        enqueue(prefix, id)
    end
end
return 1

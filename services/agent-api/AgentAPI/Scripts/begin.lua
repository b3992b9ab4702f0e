-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Takes a run out of the queue and gives its process the lease. Returns the request, the run, the values of its
-- secrets, why it is held and how often its session was ended, or false if the run cannot be started any more.
local run, ended, lease, unfinished, queue, secrets = unpack(KEYS)
local prefix, id, entry, owner, milliseconds, ttl, worker = unpack(ARGV)

discard(queue, entry)
if redis.call('EXISTS', ended) == 1 then return false end
local request, state, begun = unpack(redis.call('HMGET', run, 'request', 'run', 'begun'))
if not request or (begun and begun ~= owner) then return false end
local holder = redis.call('GET', lease)
if holder and holder ~= owner then return false end

dequeue(prefix, id)
redis.call('HSET', run, 'begun', owner, 'worker', worker)
settle(prefix, id, worker)
redis.call('EXPIRE', run, ttl)
redis.call('SET', lease, owner, 'PX', milliseconds)
redis.call('ZADD', unfinished, now() + milliseconds, id)
local session = shared(prefix, 'session-state:' .. (redis.call('HGET', run, 'session') or id))
return {
    request, state, redis.call('GET', secrets) or '', redis.call('HGET', run, 'hold') or '',
    redis.call('HGET', session, 'epoch') or ''
}

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Gives back a run that its process has started without doing anything.
local run, ended, lease = unpack(KEYS)
local prefix, id, owner = unpack(ARGV)

if redis.call('EXISTS', ended) == 1 or redis.call('HGET', run, 'begun') ~= owner then return 0 end
redis.call('HDEL', run, 'begun', 'worker')
redis.call('DEL', shared(prefix, 'home:' .. (redis.call('HGET', run, 'session') or id)))
redis.call('DEL', lease)
enqueue(prefix, id)
return 1

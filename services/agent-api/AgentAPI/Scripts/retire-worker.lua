-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Takes a process out of the workers. Runs that wait for it, for it has the cookies of their sessions, are left to all.
local workers, queue = unpack(KEYS)
local prefix, worker = unpack(ARGV)

redis.call('ZREM', workers, worker)
for _, entry in ipairs(redis.call('XRANGE', queue, '-', '+')) do
    local id = entry[2][2]
    dequeue(prefix, id)
    enqueue(prefix, id)
end
redis.call('DEL', queue)
return 1

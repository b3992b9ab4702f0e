-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Unregisters a process. Runs reserved for it because it has their sessions' cookies become available to all processes.
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

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Removes a run. KEYS: those of the run, then the list of all runs, and how large the pictures of each are, and when they
-- were taken. ARGV: its name. Gives how many keys there were.
local request_id = ARGV[1]
local shared = #KEYS - 2
local runs, sizes, times = KEYS[shared], KEYS[shared + 1], KEYS[shared + 2]

local removed = 0
for i = 1, shared - 1 do removed = removed + redis.call('UNLINK', KEYS[i]) end
redis.call('ZREM', runs, request_id)
local size = redis.call('HGET', sizes, request_id)
if size then
    redis.call('HINCRBY', sizes, '', '-' .. size)
    redis.call('HDEL', sizes, request_id)
end
redis.call('ZREM', times, request_id)
return removed

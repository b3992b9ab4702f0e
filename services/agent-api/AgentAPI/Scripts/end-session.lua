-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Ends a session: its next run gets a browser context of its own, wherever the cookies of the last one are. Returns
-- whether it was known, and its runs that have not ended.
local state, sessions, list, home = unpack(KEYS)
local id = ARGV[1]

local is_known = redis.call('HEXISTS', state, 'created_at')
redis.call('HINCRBY', state, 'epoch', 1)
redis.call('HDEL', state, 'created_at')
-- Longer than a browser keeps what a session has left behind.
redis.call('EXPIRE', state, 7200)
redis.call('ZREM', sessions, id)
redis.call('DEL', home)
return {is_known, redis.call('LRANGE', list, 0, -1)}

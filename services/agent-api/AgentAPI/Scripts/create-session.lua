-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Makes a session known, unless it is. Returns when it was created.
local state, sessions = unpack(KEYS)
local id, created_at, created_ms, ttl = unpack(ARGV)

if redis.call('HSETNX', state, 'created_at', created_at) == 1 then redis.call('ZADD', sessions, created_ms, id) end
redis.call('EXPIRE', state, ttl)
redis.call('ZREMRANGEBYRANK', sessions, 0, -10001)
return redis.call('HGET', state, 'created_at')

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Makes a delivery due now, unless its state has changed since it was read.
local due, hash = unpack(KEYS)
local member, delivery, before, state = unpack(ARGV)

if redis.call('HGET', hash, delivery) ~= before then return 0 end
redis.call('HSET', hash, delivery, state)
redis.call('ZADD', due, now(), member)
return 1

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Writes a record and publishes it, as agent-api does.
local stream = KEYS[1]
local max_length, payload = unpack(ARGV, 1, 2)

local newest = redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1)[1]
local prev = newest and newest[1] or '0-0'
local id = redis.call('XADD', stream, 'MAXLEN', '~', max_length, '*', unpack(ARGV, 3))
redis.call('EXPIRE', stream, 3600)
redis.call('PUBLISH', stream, payload .. ',"prev":"' .. prev .. '","id":"' .. id .. '"}')
return id

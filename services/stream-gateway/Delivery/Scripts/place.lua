-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- What page.lua gives of a stream, without the entries. ARGV: the id, from how much memory on a stream is heavy.
local key = KEYS[1]
local from, heavy = unpack(ARGV)

local memory = usage(key, '0')
if memory >= tonumber(heavy) then return memory end
local place = anchor(key, from, #redis.call('XRANGE', key, from, from) > 0)
local last, _, _, older, deleted = info(key)
local gone = place == 2 and older or '-1'
if place == 1 and deleted and is_below(deleted, from) then place = 3 end
return {place, last, gone}

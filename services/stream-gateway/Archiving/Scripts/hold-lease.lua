-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Takes the archiver's lease if it is free, or renews it. ARGV: who asks, and for how many milliseconds. Gives 1 to who has
-- it.
local key = KEYS[1]
local owner, milliseconds = unpack(ARGV)

local holder = redis.call('GET', key)
if holder and holder ~= owner then return 0 end
redis.call('SET', key, owner, 'PX', milliseconds)
return 1

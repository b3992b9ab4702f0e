-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Adds unfinished runs to the index, to be checked when a lease that starts now expires. A run may have ended since its
-- lease was renewed; ending it removed it from the index. ARGV: the two below, then the runs.
local unfinished = KEYS[1]
local prefix, milliseconds = unpack(ARGV, 1, 2)

local due = now() + milliseconds
for index = 3, #ARGV do
    local id = ARGV[index]
    if redis.call('EXISTS', key(prefix, id, 'ended')) == 0 then redis.call('ZADD', unfinished, due, id) end
end
return #ARGV - 2

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Puts runs that have not ended into the index, to be looked at when a lease that begins now is over. A run may have
-- ended since its lease was renewed, and its end has taken it out of the index. ARGV: the two below, then the runs.
local unfinished = KEYS[1]
local prefix, milliseconds = unpack(ARGV, 1, 2)

local due = now() + milliseconds
for index = 3, #ARGV do
    local id = ARGV[index]
    if redis.call('EXISTS', key(prefix, id, 'ended')) == 0 then redis.call('ZADD', unfinished, due, id) end
end
return #ARGV - 2

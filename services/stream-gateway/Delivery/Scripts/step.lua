-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- The oldest of some entries in front of an id, and how many they are, and whether there are no older ones (1 or 0). ARGV:
-- the id, or `+`; how many entries, and about how many bytes at most; from how much memory on a stream is heavy. Gives its
-- memory if it is heavy.
local key = KEYS[1]
local start = ARGV[1]
local left, bytes, heavy = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])

local memory = usage(key, '0')
if memory >= heavy then return memory end
local found, oldest, step = 0, '', 8
while left > 0 and bytes > 0 do
    local wanted = math.min(left, step)
    step = math.min(4 * step, 100)
    local page = redis.call('XREVRANGE', key, start, '-', 'COUNT', wanted)
    for _, entry in ipairs(page) do
        for _, text in ipairs(entry[2]) do bytes = bytes - #text end
    end
    found = found + #page
    if page[#page] then oldest = page[#page][1] end
    if #page < wanted then return {found, oldest, 1} end
    start = '(' .. oldest
    left = left - wanted
end
return {found, oldest, 0}

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- A stream's last entries, the newest first, and its counters. ARGV: how many entries and bytes at most, from how much
-- memory on a stream is heavy. Gives its memory if it is heavy, else the same as look.lua.
local key = KEYS[1]
local count, bytes, heavy = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local memory = usage(key, '0')
if memory >= heavy then return memory end
local entries, start, is_full, step = {}, '+', 0, 8
while is_full == 0 do
    local wanted = math.min(count - #entries, step)
    step = math.min(4 * step, 100)
    if wanted == 0 then
        is_full = 1
        break
    end
    local page = redis.call('XREVRANGE', key, start, '-', 'COUNT', wanted)
    for _, entry in ipairs(page) do
        entries[#entries + 1] = entry
        for _, text in ipairs(entry[2]) do bytes = bytes - #text end
        if bytes <= 0 then
            is_full = 1
            break
        end
    end
    if #page < wanted then break end
    start = '(' .. page[#page][1]
end
local last, added, _, older = info(key)
return {0, last, added, entries, is_full, older}

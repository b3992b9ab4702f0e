-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- What follows ids in several streams. ARGV: how many entries and bytes at most, from how much memory on a stream is
-- heavy, then for each stream an id and the `entries-added` that goes with it. Gives 0 for a stream that has nothing new,
-- the memory of one that is heavy, else anchor, last id, `entries-added`, entries, whether there may be more, how many
-- entries are gone.
local count, bytes, heavy = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])

local function look(key, from, expected)
    local memory = usage(key, '200')
    if memory >= heavy then return memory end
    local last, added, gone, older, deleted = info(key)
    if last == from and (added == expected or added == '-1') then return 0 end
    -- This has an error for what is no stream.
    if last == '' and redis.call('XLEN', key) == 0 then return 0 end
    local entries, is_full, is_there = behind(key, from, count, bytes)
    if #entries == 0 and last == '' then return 0 end
    local place = #entries > 0 and anchor(key, from, is_there) or 0
    -- 3: older ones are there, and it was not deleted from among them. So it never was in this stream.
    if place == 1 and deleted and is_below(deleted, from) then place = 3 end
    -- Where all that was in front of the first is gone, others that are gone may be behind it.
    if from == '0-0' or place == 2 then gone = older end
    return {place, last, added, entries, is_full, gone}
end

local replies = {}
for i, key in ipairs(KEYS) do
    local id, added = ARGV[2 * i + 2], ARGV[2 * i + 3]
    local is_read, reply = pcall(look, key, id, added)
    replies[i] = is_read and reply or {err = type(reply) == 'table' and reply.err or reply}
end
return replies

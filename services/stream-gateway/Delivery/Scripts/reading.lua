-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- What the scripts that read streams share.

-- How much memory a stream takes. That is known without reading it, while a script copies each entry that it reads,
-- which takes seconds for one of hundreds of megabytes. 0 where it may not be asked for.
local function usage(key, samples)
    local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', samples)
    return type(bytes) == 'number' and bytes or 0
end

-- Entries behind an id, more and more at a time, until there are enough of them or of their bytes; whether there may be
-- more (1 or 0); and whether the entry of that id is there. One command tells the last with the first of them.
local function behind(key, from, count, bytes)
    local entries, is_there, step = {}, from == '0-0', 4
    local start, skipped = is_there and '(0-0' or from, is_there and 0 or 1
    while count > 0 do
        local wanted = math.min(count, step)
        step = math.min(4 * step, 100)
        local page = redis.call('XRANGE', key, start, '+', 'COUNT', wanted + skipped)
        for _, entry in ipairs(page) do
            if entry[1] == from then
                is_there = true
            else
                entries[#entries + 1] = entry
                for _, text in ipairs(entry[2]) do bytes = bytes - #text end
                if bytes <= 0 or #entries == count then return entries, 1, is_there end
            end
        end
        local newest = page[#page] and page[#page][1]
        -- Redis has an error for what is behind the greatest id.
        if #page < wanted + skipped or newest == '18446744073709551615-18446744073709551615' then
            return entries, 0, is_there
        end
        start, skipped = '(' .. newest, 0
    end
    return entries, 1, is_there
end

-- 0: the entry is there. 1: older ones are. 2: neither.
local function anchor(key, from, is_there)
    if is_there then return 0 end
    return #redis.call('XRANGE', key, '-', from, 'COUNT', 1) > 0 and 1 or 2
end

local function is_below(id, other)
    local function parts(id)
        local time, sequence = string.match(id, '(%d+)-(%d+)')
        return {#time, time, #sequence, sequence}
    end
    local a, b = parts(id), parts(other)
    for i = 1, 4 do
        if a[i] ~= b[i] then return a[i] < b[i] end
    end
    return false
end

-- The last id, entries-added, how many entries are gone, the same if all of them are older than the first, and the
-- greatest id that was deleted by itself.
local function info(key)
    local reply = redis.pcall('XINFO', 'STREAM', key)
    if reply.err then return '', '-1', '-1', '-1' end
    local info = {}
    for i = 1, #reply, 2 do info[reply[i]] = reply[i + 1] end
    local last, added = info['last-generated-id'], info['entries-added']
    if not added then return last, '-1', '-1', '-1' end
    local gone = string.format('%.0f', added - info['length'])
    local deleted = info['max-deleted-entry-id']
    local is_older = info['length'] == 0 or is_below(deleted, info['recorded-first-entry-id'])
    return last, string.format('%.0f', added), gone, is_older and gone or '-1', deleted
end

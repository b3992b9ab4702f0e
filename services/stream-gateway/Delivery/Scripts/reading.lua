-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- What the scripts that read streams share.

-- How much memory a stream takes. That is known without reading it, while a script copies each entry that it reads,
-- which takes seconds for one of hundreds of megabytes. 0 where it may not be asked for.
local function usage(key, samples)
    local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', samples)
    return type(bytes) == 'number' and bytes or 0
end

-- Entries behind an id, more and more at a time, until there are enough of them or of their bytes; and whether there may
-- be more (1 or 0).
local function behind(key, from, count, bytes)
    local entries, start, step = {}, '(' .. from, 4
    while count > 0 do
        -- Redis has an error for what is behind the greatest id.
        if start == '(18446744073709551615-18446744073709551615' then return entries, 0 end
        local wanted = math.min(count, step)
        step = math.min(4 * step, 100)
        local page = redis.call('XRANGE', key, start, '+', 'COUNT', wanted)
        for _, entry in ipairs(page) do
            entries[#entries + 1] = entry
            for _, text in ipairs(entry[2]) do bytes = bytes - #text end
            if bytes <= 0 then return entries, 1 end
        end
        if #page < wanted then return entries, 0 end
        start = '(' .. page[#page][1]
        count = count - wanted
    end
    return entries, 1
end

-- 0: the entry is there. 1: older ones are. 2: neither.
local function anchor(key, from)
    if from == '0-0' or #redis.call('XRANGE', key, from, from) > 0 then return 0 end
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

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis

/// The scripts that read streams. Each sees a stream as of one moment.
enum StreamScripts {
    /// How much memory a stream takes. That is known without reading it, while a script copies each entry that it reads,
    /// which takes seconds for one of hundreds of megabytes. 0 where it may not be asked for.
    private static let usage = """
        local function usage(key, samples)
            local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', samples)
            return type(bytes) == 'number' and bytes or 0
        end
        """

    /// Entries behind an id, more and more at a time, until there are enough of them or of their bytes.
    private static let reading =
        usage + "\n" + """
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
            local function isBelow(id, other)
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
                local isOlder = info['length'] == 0 or isBelow(deleted, info['recorded-first-entry-id'])
                return last, string.format('%.0f', added), gone, isOlder and gone or '-1', deleted
            end
            """

    /// What follows ids in several streams. `ARGV`: how many entries and bytes at most, from how much memory on a stream
    /// is heavy, then an id and an `entries-added` for each stream; -1 to not compare that. Gives 0 for a stream that has
    /// nothing new, the memory of one that is heavy, else anchor, last id, `entries-added`, entries, whether there may be
    /// more, how many entries are gone. The others are told likewise what is heavy.
    static let looking = RedisScript(
        reading + "\n" + """
            local function look(key, from, expected)
                local bytes = usage(key, '200')
                if bytes >= tonumber(ARGV[3]) then return bytes end
                local last, added, gone, older, deleted = '', '-1', '-1', '-1', nil
                if expected ~= '-1' then
                    last, added, gone, older, deleted = info(key)
                    if last == from and (added == expected or added == '-1') then return 0 end
                    if last == '' then return 0 end
                end
                local entries, isFull = behind(key, from, tonumber(ARGV[1]), tonumber(ARGV[2]))
                if #entries == 0 and expected == '-1' then
                    local newest = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)
                    if newest[1] and newest[1][1] == from then return 0 end
                end
                local place = #entries > 0 and anchor(key, from) or 0
                if last == '' and (#entries == 0 or place > 0 or from == '0-0') then
                    last, added, gone, older, deleted = info(key)
                    if last == '' and #entries == 0 then return 0 end
                end
                -- 3: older ones are there, and it was not deleted from among them. So it never was in this stream.
                if place == 1 and deleted and isBelow(deleted, from) then place = 3 end
                -- Where all that was in front of the first is gone, others that are gone may be behind it.
                if from == '0-0' or place == 2 then gone = older end
                return {place, last, added, entries, isFull, gone}
            end
            local replies = {}
            for i, key in ipairs(KEYS) do
                local isRead, reply = pcall(look, key, ARGV[2 * i + 2], ARGV[2 * i + 3])
                replies[i] = isRead and reply or {err = type(reply) == 'table' and reply.err or reply}
            end
            return replies
            """
    )

    /// A page behind an id for a viewer. `ARGV`: the id, how many entries and bytes at most, the field that holds a
    /// record's number where the numbers up to the id are asked for, from how much memory on a stream is heavy.
    static let paging = RedisScript(
        reading + "\n" + """
            local key, from, field = KEYS[1], ARGV[1], ARGV[4]
            local memory = usage(key, '0')
            if memory >= tonumber(ARGV[5]) then return memory end
            local entries, isFull = behind(key, from, tonumber(ARGV[2]), tonumber(ARGV[3]))
            local place = anchor(key, from)
            local last, added, missing, older, deleted = info(key)
            local gone = (from == '0-0' or place == 2) and older or '-1'
            if place == 1 and deleted and isBelow(deleted, from) then place = 3 end
            local number = ''
            if field ~= '' and place < 2 then
                local older = redis.call('XREVRANGE', key, from, '-', 'COUNT', 32)
                for _, entry in ipairs(older) do
                    for i = 1, #entry[2], 2 do
                        local text = entry[2][i + 1]
                        -- Any other counts as missing.
                        if entry[2][i] == field and #text <= 16 and string.find(text, '^[1-9]%d*$') then number = text end
                    end
                    if number ~= '' then break end
                end
                if number == '' and #older < 32 then number = '0' end
            end
            return {place, last, '-1', entries, isFull, gone, number}
            """
    )

    /// A stream's last entries, the newest first, and its counters. `ARGV`: how many entries and bytes at most,
    /// from how much memory on a stream is heavy.
    static let loading = RedisScript(
        reading + "\n" + """
            local key, count, bytes = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
            local memory = usage(key, '0')
            if memory >= tonumber(ARGV[3]) then return memory end
            local entries, start, isFull, step = {}, '+', 0, 8
            while isFull == 0 do
                local wanted = math.min(count - #entries, step)
                step = math.min(4 * step, 100)
                if wanted == 0 then isFull = 1 break end
                local page = redis.call('XREVRANGE', key, start, '-', 'COUNT', wanted)
                for _, entry in ipairs(page) do
                    entries[#entries + 1] = entry
                    for _, text in ipairs(entry[2]) do bytes = bytes - #text end
                    if bytes <= 0 then isFull = 1 break end
                end
                if #page < wanted then break end
                start = '(' .. page[#page][1]
            end
            local last, added, missing, older = info(key)
            return {0, last, added, entries, isFull, older}
            """
    )

    /// The oldest of some entries in front of an id, and how many they are, and whether there are no older ones. `ARGV`: the
    /// id, or `+`; how many entries, and about how many bytes at most; from how much memory on a stream is heavy.
    static let stepping = RedisScript(
        usage + "\n" + """
            local memory = usage(KEYS[1], '0')
            if memory >= tonumber(ARGV[4]) then return memory end
            local start, left, bytes = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
            local found, oldest, step = 0, '', 8
            while left > 0 and bytes > 0 do
                local wanted = math.min(left, step)
                step = math.min(4 * step, 100)
                local page = redis.call('XREVRANGE', KEYS[1], start, '-', 'COUNT', wanted)
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
            """
    )
}

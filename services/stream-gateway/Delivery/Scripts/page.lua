-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- A page behind an id for a viewer. ARGV: the id, how many entries and bytes at most, the field that holds a record's
-- number where the numbers up to the id are asked for, from how much memory on a stream is heavy. Gives its memory if it is
-- heavy, else the same as look.lua, and the number.
local key = KEYS[1]
local from, count, bytes, field, heavy = unpack(ARGV)

local memory = usage(key, '0')
if memory >= tonumber(heavy) then return memory end
local entries, is_full, is_there = behind(key, from, tonumber(count), tonumber(bytes))
local place = anchor(key, from, is_there)
local last, _, missing, older, deleted = info(key)
local gone = (from == '0-0' or place == 2) and older or '-1'
if place == 1 and deleted and is_below(deleted, from) then place = 3 end
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
    -- Where none is gone, there was none.
    if number == '' and #older < 32 and missing == '0' then number = '0' end
end
return {place, last, '-1', entries, is_full, gone, number}

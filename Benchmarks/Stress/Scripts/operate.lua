-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Does an operation once, however often it is sent, and answers with the ids that it made. A publisher that gets no answer
-- cannot know whether it was done, and one whose connection is given up may still have it done later.
--
-- KEYS: the publisher's streams, then where it is noted what was done. ARGV: the operation's number, and its commands as
-- JSON: name, which key, arguments. In arguments `$entry` stands for the latest id in the first other key than the
-- command's own. A message with a second argument is completed by the latest id in its key; with `id`, by
-- the one before it too.
local marker, number, commands = KEYS[#KEYS], tonumber(ARGV[1]), cjson.decode(ARGV[2])

local done = tonumber(redis.call('HGET', marker, 'done') or '0')
if number <= done then return redis.call('HGET', marker, number % 8) or '' end
if number ~= done + 1 then return redis.error_reply('ORDER ' .. number .. ' came after ' .. done) end
local ids, last, previous, entry = {}, {}, {}, ''
for _, command in ipairs(commands) do
    local name, key = command[1], tonumber(command[2])
    if name == 'PUBLISH' then
        local message = command[3]
        if command[4] == 'id' then
            message = message .. ',"prev":"' .. previous[key] .. '","id":"' .. last[key] .. '"}'
        elseif command[4] == 'old' then
            message = message .. ',"id":"' .. last[key] .. '"}'
        end
        redis.call('PUBLISH', KEYS[key], message)
    else
        for index = 3, #command do if command[index] == '$entry' then command[index] = entry end end
        if name == 'XADD' then
            local latest = redis.call('XREVRANGE', KEYS[key], '+', '-', 'COUNT', 1)[1]
            previous[key] = latest and latest[1] or '0-0'
        end
        local reply = redis.call(name, KEYS[key], unpack(command, 3))
        if name == 'XADD' then
            ids[#ids + 1] = reply
            last[key] = reply
            entry = reply
        end
    end
end
redis.call('HSET', marker, 'done', number, number % 8, table.concat(ids, ' '))
return table.concat(ids, ' ')

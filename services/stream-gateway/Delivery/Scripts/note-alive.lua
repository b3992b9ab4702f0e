-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Notes that this Redis is alive. Where the last note is another one's, Redis was restarted with the data of that time,
-- or a replica has taken its place: entries from then on may be lost. Where Redis does not tell which one it is, `new` as
-- the argument says that it may be another one.
local alive_key, losses = unpack(KEYS)
local connection = ARGV[1]

local time = redis.call('TIME')
local now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
local info = redis.pcall('INFO', 'server')
local run = type(info) == 'string' and string.match(info, 'run_id:(%x+)') or ''
local alive, noted_run = string.match(redis.call('GET', alive_key) or '', '^(%d+) ?(%x*)$')
local is_another = connection == 'new'
if run ~= '' and noted_run and noted_run ~= '' then is_another = run ~= noted_run end
if alive and is_another and tonumber(alive) <= tonumber(now) then
    redis.call('RPUSH', losses, alive .. '-' .. now)
    redis.call('LTRIM', losses, -256, -1)
    redis.call('EXPIRE', losses, 604800)
end
redis.call('SET', alive_key, now .. ' ' .. run, 'EX', 604800)

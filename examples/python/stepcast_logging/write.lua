-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0
--
-- Writes a record in one atomic step: append, number, expire, publish with the entry's id (docs/protocol.md, "Writing").
-- A record that its writer sends again after an unclear failure is neither repeated nor reordered; several processes may
-- write one run.
if tonumber(ARGV[2]) <= tonumber(redis.call('HGET', KEYS[3], ARGV[1]) or '0') then return 0 end
if redis.call('EXISTS', KEYS[4]) == 1 then return redis.error_reply('ENDED the run has ended, nothing follows') end
local seq = tonumber(redis.call('GET', KEYS[2]) or '0') + 1
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[3], '*', 'seq', seq, unpack(ARGV, 8))
redis.call('SET', KEYS[2], seq, 'EX', ARGV[4])
redis.call('HSET', KEYS[3], ARGV[1], ARGV[2])
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('EXPIRE', KEYS[3], ARGV[4])
if ARGV[7] == 'end' then redis.call('SET', KEYS[4], ARGV[1], 'EX', ARGV[4]) end
if ARGV[5] == 'json' then
    redis.call('PUBLISH', KEYS[1], ARGV[6] .. ',"seq":' .. seq .. ',"id":"' .. id .. '"}')
elseif ARGV[5] == 'text' then
    redis.call('PUBLISH', KEYS[1], ARGV[6])
end
return seq

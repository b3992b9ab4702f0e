-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0
--
-- Writes a record in one atomic step: append, number, expire, publish with the entry's id (docs/protocol.md, "Writing").
-- If a writer repeats a record after an unclear failure, it is neither repeated nor reordered in the stream. Several
-- processes may write one run. Returns the record's number or 0 if it was written before, and 1 if the run was
-- cancelled.
local stream, sequence, writers, ended, run, runs, workers = unpack(KEYS)
local writer, number, length, ttl, mode, body, kind = unpack(ARGV, 1, 7)
local id, created, request, state, outcome = unpack(ARGV, 8, 12)

local function answer(seq) return {seq, redis.call('HEXISTS', run, 'cancel')} end
if tonumber(number) <= tonumber(redis.call('HGET', writers, writer) or '0') then return answer(0) end
if redis.call('EXISTS', ended) == 1 then return redis.error_reply('ENDED the run has ended, nothing follows') end

-- The id of the previous entry, so that a subscriber can tell that it missed nothing.
local latest = mode == 'json' and redis.call('XREVRANGE', stream, '+', '-', 'COUNT', 1) or {}
local prev = latest[1] and latest[1][1] or '0-0'
local seq = tonumber(redis.call('GET', sequence) or '0') + 1
local entry = redis.call('XADD', stream, 'MAXLEN', '~', length, '*', 'seq', seq, unpack(ARGV, 13))
redis.call('SET', sequence, seq, 'EX', ttl)
redis.call('HSET', writers, writer, number)
redis.call('EXPIRE', stream, ttl)
redis.call('EXPIRE', writers, ttl)
if kind == 'end' then redis.call('SET', ended, writer, 'EX', ttl) end

-- Where there is an agent-api, it lists the run.
if redis.call('EXISTS', run) == 0 and redis.call('EXISTS', runs, workers) > 0 then
    redis.call('HSET', run, 'request', request, 'run', state, 'session', id, 'begun', 'python')
    redis.call('ZADD', runs, created, id)
    redis.call('ZREMRANGEBYRANK', runs, 0, -100001)
end
if redis.call('HGET', run, 'begun') == 'python' then
    if kind == 'end' then
        local known = cjson.decode(redis.call('HGET', run, 'run'))
        for name, value in pairs(cjson.decode(outcome)) do known[name] = value end
        redis.call('HSET', run, 'run', cjson.encode(known))
    end
    redis.call('EXPIRE', run, ttl)
end

if mode == 'json' then
    redis.call('PUBLISH', stream, body .. ',"seq":' .. seq .. ',"prev":"' .. prev .. '","id":"' .. entry .. '"}')
elseif mode == 'text' then
    redis.call('PUBLISH', stream, body)
end
return answer(seq)

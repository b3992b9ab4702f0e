-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Writes a record to the run's stream, its batch's stream, and their channels, and updates the run's keys.
--
-- `process`: the process that writes the record (publish.lua), or whose lease is ignored (end-abandoned.lua)
-- `form`: what is published on the channels: `json`, `text` or `none`
-- `payload`: with `json`, the object without its closing brace: the ids, which only Redis knows, are added here
-- `ended_by`: for the last record, the process that ends the run; otherwise empty
-- `status`: how the run ends with the last record, or what webhooks are told of another one; otherwise empty
-- `state`: the run's new state, if the record changes it; otherwise empty
-- `recording`: for the last record, what the run has done; may be empty
local stream, last_seq, ended, run, lease, unfinished, batch_stream, batch_state, batch_runs = unpack(KEYS)
local process, seq, max_length, ttl, form, payload, ended_by, state, status, batch_id, prefix, request_id, recording =
    unpack(ARGV, 1, 13)
local fields = {unpack(ARGV, 14)}
local is_end = ended_by ~= ''

-- Adds an entry to a stream and publishes it with the id of the previous entry, so that a subscriber can tell that it
-- missed nothing. `numbers` are members of the payload's object.
local function append(key, limit, fields, payload, numbers)
    local prev
    if form == 'json' then
        local newest = redis.call('XREVRANGE', key, '+', '-', 'COUNT', 1)[1]
        prev = newest and newest[1] or '0-0'
    end
    local entry = redis.call('XADD', key, 'MAXLEN', '~', limit, '*', unpack(fields))
    if form == 'json' then
        redis.call('PUBLISH', key, payload .. numbers .. ',"prev":"' .. prev .. '","id":"' .. entry .. '"}')
    elseif form == 'text' then
        redis.call('PUBLISH', key, payload)
    end
    return entry
end

-- Increments a number of the batch's state: its records (`seq`), or its ended runs, by status and in total (`ended`).
local function increase(name)
    local number = string.format('%d', (whole(redis.call('HGET', batch_state, name)) or 0) + 1)
    redis.call('HSET', batch_state, name, number)
    return number
end

-- The approximate maximum number of entries in a batch's stream, however many runs it has.
local longest_batch = 100000

local function append_to_batch(fields, payload)
    local number = increase('seq')
    local runs = whole(redis.call('HGET', batch_state, 'runs')) or 1
    local limit = math.min(max_length * runs, math.max(longest_batch, max_length))
    fields[#fields + 1] = 'batch_seq'
    fields[#fields + 1] = number
    append(batch_stream, string.format('%d', limit), fields, payload, ',"batch_seq":' .. number)
end

-- Counts an ended run. With the last run of a sealed batch, the batch's own end is written.
local function count_ended()
    increase(status)
    local count = tonumber(increase('ended'))
    local digest, runs, over = unpack(redis.call('HMGET', batch_state, 'digest', 'runs', 'over'))
    if not digest or over or count < (whole(runs) or 1) then return end

    redis.call('HSET', batch_state, 'over', 1)
    local counts = redis.call('HMGET', batch_state, 'completed', 'failed', 'cancelled', 'timed_out')
    for index = 1, 4 do counts[index] = string.format('%d', whole(counts[index]) or 0) end
    local is_complete = tonumber(counts[1]) == count
    local data = string.format(
        '{"batch_id":"%s","runs":%d,"completed":%d,"failed":%d,"cancelled":%d,"timed_out":%d}',
        batch_id, count, unpack(counts)
    )
    local time = redis.call('TIME')
    local timestamp = string.format('%d.%03d', time[1], math.floor(time[2] / 1000))
    local level = is_complete and 'INFO' or 'ERROR'
    local message = '🏁 Batch over: ' .. count .. ' runs'
    if not is_complete then message = message .. ', ' .. counts[1] .. ' completed' end
    append_to_batch(
        {
            'msg', message, 'agent_name', 'browser agent', 'timestamp', timestamp, 'source', 'logger',
            'level', level, 'kind', 'batch_end', 'batch_id', batch_id, 'data', data
        },
        form == 'json' and string.format(
            '{"agent_name":"browser agent","msg":"%s","timestamp":%s,"source":"logger","level":"%s",'
                .. '"kind":"batch_end","batch_id":"%s","data":%s',
            message, timestamp, level, batch_id, data
        ) or message
    )
end

local function write_record()
    local entry = append(stream, max_length, fields, payload, '')
    redis.call('SET', last_seq, seq, 'EX', ttl)
    redis.call('EXPIRE', stream, ttl)
    if state ~= '' then
        redis.call('HSET', run, 'run', state)
        if recording ~= '' then redis.call('HSET', run, 'recording', recording) end
        redis.call('EXPIRE', run, ttl)
        tell(prefix, request_id, state, ttl)
    end
    if is_end then
        redis.call('SET', ended, ended_by, 'EX', ttl)
        redis.call('DEL', lease, key(prefix, request_id, 'secrets'))
        redis.call('ZREM', unfinished, request_id)
        dequeue(prefix, request_id)
        leave(prefix, request_id)
    end
    if state ~= '' and status ~= '' then
        record_webhooks(prefix, request_id, 'run.' .. status, entry, state, ttl)
    end
    if batch_stream then
        fields[#fields + 1] = 'run_entry'
        fields[#fields + 1] = entry
        append_to_batch(fields, form == 'json' and payload .. ',"run_entry":"' .. entry .. '"' or payload)
        if is_end then count_ended() end
        for _, key in ipairs({batch_stream, batch_state, batch_runs}) do redis.call('EXPIRE', key, ttl) end
    end
    return entry
end

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- The stream of changes of all runs.

-- The most entries of the stream, about.
local longest_changes = 10000

-- A step takes so many milliseconds of a run's share of the stream, and a run may be ahead by as much as `burst`. So the
-- first steps that follow fast on one another are all told, and then two a second.
local step_share, burst = 500, 3500

-- The most bytes of a text. A character is not cut.
local longest_text = 400

local function shortened(text)
    if #text <= longest_text then return text end
    local last = longest_text
    while string.find(text, '^[\128-\191]', last + 1) do last = last - 1 end
    return string.sub(text, 1, last) .. '…'
end

-- Tells that a run is in a state, unless that was told before. `state` is the run as JSON text. A step that is not told,
-- since many were just before, is `owed`.
local function tell(prefix, id, state, ttl)
    local is_json, run = pcall(cjson.decode, state)
    if not is_json or type(run) ~= 'table' or type(run.status) ~= 'string' then return end
    local hash = key(prefix, id, 'run')
    local steps = string.format('%d', tonumber(run.steps) or 0)
    local was, count, used = string.match(redis.call('HGET', hash, 'told') or '', '^(%S+) (%d+) (%d+)$')
    if was == run.status and count == steps then return end
    local time = now()
    used = math.max(tonumber(used) or 0, time)
    if was == run.status and used - time > burst then
        redis.call('HSET', hash, 'owed', 1)
        return
    end
    local fields = {'request_id', id, 'status', run.status, 'steps', steps}
    if was and was ~= run.status then
        fields[#fields + 1] = 'was'
        fields[#fields + 1] = was
    end
    for _, name in ipairs({
        'session_id', 'batch_id', 'task', 'error', 'created_at', 'started_at', 'finished_at'
    }) do
        if type(run[name]) == 'string' then
            fields[#fields + 1] = name
            fields[#fields + 1] = shortened(run[name])
        end
    end
    local changes = shared(prefix, 'changes')
    redis.call('XADD', changes, 'MAXLEN', '~', longest_changes, '*', unpack(fields))
    redis.call('EXPIRE', changes, ttl)
    redis.call('HSET', hash, 'told', string.format('%s %s %d', run.status, steps, used + step_share))
    redis.call('HDEL', hash, 'owed')
end

-- Tells the step that is owed, if one is.
local function settle_step(prefix, id, ttl)
    local state, owed = unpack(redis.call('HMGET', key(prefix, id, 'run'), 'run', 'owed'))
    if owed and state then tell(prefix, id, state, ttl) end
end

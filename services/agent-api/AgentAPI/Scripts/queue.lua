-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Code shared by the scripts of the queue. They may access other runs than those in KEYS, so key names are built here.
-- `prefix` is the setting REDIS_STREAM. GROUP, the name of the consumer group, is defined before this file.

-- The number in a text, if it is from 0 to below 2^53, up to which Lua's numbers are exact; otherwise nil. Values in
-- Redis are untrusted.
local function whole(text)
    if not text or #text > 16 or not string.match(text, '^%d+$') then return nil end
    local number = tonumber(text)
    return number < 9007199254740992 and number or nil
end

local function key(prefix, id, name) return '{' .. prefix .. ':' .. id .. '}:' .. name end

local function shared(prefix, name) return '{' .. prefix .. '}:' .. name end

-- Redis's own time in milliseconds, so that the clocks of the processes need not agree.
local function now()
    local time = redis.call('TIME')
    return time[1] * 1000 + math.floor(time[2] / 1000)
end

-- Tells the process that executes a run to look what is wanted of it. It looks a few times a second anyway.
local function call_worker(prefix, id) redis.call('PUBLISH', shared(prefix, 'commands'), id) end

local function is_alive(prefix, worker)
    local due = redis.call('ZSCORE', shared(prefix, 'workers'), worker)
    return due and tonumber(due) > now()
end

local function queue_of(prefix, home)
    local owner = string.match(home or '', ':(.*)$')
    if not owner then return shared(prefix, 'queue') end
    return shared(prefix, 'queue:' .. owner)
end

-- Adds a run to the queue: to that of the live process with the cookies of its session, otherwise to the shared one.
local function enqueue(prefix, id)
    local run = key(prefix, id, 'run')
    local session = redis.call('HGET', run, 'session') or id
    local home = redis.call('GET', shared(prefix, 'home:' .. session)) or ''
    if home ~= '' and not is_alive(prefix, home) then home = '' end
    local queue = queue_of(prefix, home)
    redis.call('HSET', run, 'entry', redis.call('XADD', queue, '*', 'request_id', id), 'home', home)
    if home ~= '' then redis.call('EXPIRE', queue, 3600) end
end

local function discard(queue, entry)
    redis.pcall('XACK', queue, GROUP, entry)
    redis.call('XDEL', queue, entry)
end

-- Removes a run from the queue if it is there.
local function dequeue(prefix, id)
    local run = key(prefix, id, 'run')
    local entry, home = unpack(redis.call('HMGET', run, 'entry', 'home'))
    if not entry then return end
    discard(queue_of(prefix, home), entry)
    redis.call('HDEL', run, 'entry', 'home')
end

-- Records that a worker has the cookies of the run's session.
local function settle(prefix, id, worker)
    local session = redis.call('HGET', key(prefix, id, 'run'), 'session')
    if session then redis.call('SET', shared(prefix, 'home:' .. session), worker, 'EX', 3600) end
end

local function is_over(prefix, id)
    return redis.call('EXISTS', key(prefix, id, 'run')) == 0 or redis.call('EXISTS', key(prefix, id, 'ended')) == 1
end

-- The first unfinished run of a session. Those before it are removed.
local function first_of(list, prefix)
    local first = redis.call('LINDEX', list, 0)
    while first and is_over(prefix, first) do
        redis.call('LPOP', list)
        first = redis.call('LINDEX', list, 0)
    end
    return first
end

-- Removes a run from its session, so that the next one is queued.
local function leave(prefix, id)
    local session, worker = unpack(redis.call('HMGET', key(prefix, id, 'run'), 'session', 'worker'))
    if not session then return end
    if worker then settle(prefix, id, worker) end
    local list = shared(prefix, 'session:' .. session)
    local is_first = redis.call('LINDEX', list, 0) == id
    redis.call('LREM', list, 1, id)
    if not is_first then return end
    local following = first_of(list, prefix)
    if following then enqueue(prefix, following) end
end

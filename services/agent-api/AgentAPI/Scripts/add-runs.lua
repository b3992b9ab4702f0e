-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Adds runs to the queue, all or none. Returns the result and its details:
--   added
--   same, created_at            the same batch was added before
--   conflict                    a different batch has that name
--   taken, index, request, run, same secrets (1 or 0)    a run with the name of the one at the index exists
--   sealed                      the batch accepts no more runs
--   full, places
--
-- KEYS: the three below; with a batch, its state, list of runs and stream; then six for each run.
-- ARGV: the ten below; then seven for each run. `mode` is empty without a batch, `open` for a batch that accepts more
-- runs, and `sealed` for a batch of exactly these runs. `body` is the batch as it was requested.
local unfinished, workers, all_runs = unpack(KEYS, 1, 3)
local prefix, ttl, lease, waiting, own_worker, created_at, created_ms, mode, batch, body = unpack(ARGV, 1, 10)
local batch_state, batch_runs, batch_stream
if mode ~= '' then batch_state, batch_runs, batch_stream = unpack(KEYS, 4, 6) end

local runs = {}
local keys_before = mode == '' and 3 or 6
for index = 1, (#KEYS - keys_before) / 6 do
    local run = {}
    local key, argument = keys_before + 6 * index - 5, 7 * index + 4
    run.key, run.seq, run.ended, run.lease, run.list, run.secrets = unpack(KEYS, key, key + 5)
    run.id, run.request, run.state, run.session, run.values, run.salt, run.webhooks =
        unpack(ARGV, argument, argument + 6)
    runs[index] = run
end

-- The values of secrets are stored beside the run and deleted when it starts. To recognize a repeated request
-- afterwards, 16 bits of a salted digest are kept: enough to tell a mistake from a repetition, far too few to confirm a
-- guess.
local function trace(salt, values) return string.sub(redis.sha1hex(salt .. values), 1, 4) end

local function has_same_secrets(run)
    local salt, stored = unpack(redis.call('HMGET', run.key, 'salt', 'trace'))
    if not salt then return run.values == '' end
    return run.values ~= '' and trace(salt, run.values) == stored
end

-- The body of a batch may be a megabyte, so only a digest is kept, of its text without secret values.
local digest = mode == 'sealed' and redis.sha1hex(body)
if mode == 'sealed' then
    local known, since = unpack(redis.call('HMGET', batch_state, 'digest', 'created_at'))
    if known == digest then
        for _, run in ipairs(runs) do
            if redis.call('EXISTS', run.key) == 1 and not has_same_secrets(run) then return {'conflict'} end
        end
        return {'same', since}
    end
    if known then return {'conflict'} end
end
for index, run in ipairs(runs) do
    if redis.call('HEXISTS', run.key, 'request') == 1 then
        local request, state = unpack(redis.call('HMGET', run.key, 'request', 'run'))
        return {'taken', index, request, state, has_same_secrets(run) and 1 or 0}
    end
end
if mode == 'open' and redis.call('HEXISTS', batch_state, 'digest') == 1 then return {'sealed'} end

-- The maximum number of slots of one process (AGENT_CONCURRENCY).
local most_places = 256

redis.call('ZADD', workers, now() + lease, own_worker)
local places = tonumber(waiting)
for _, worker in ipairs(redis.call('ZRANGEBYSCORE', workers, now(), '+inf')) do
    local count = whole(string.match(worker, '^(%d+):.'))
    if count then
        places = places + math.min(count, most_places)
    else
        -- An invalid entry must not block the service.
        redis.call('ZREM', workers, worker)
    end
end
if redis.call('ZCARD', unfinished) + #runs > places then return {'full', places} end

if mode ~= '' then
    if redis.call('HSETNX', batch_state, 'created_at', created_at) == 1 then
        redis.call('DEL', batch_runs, batch_stream)
    end
    if mode == 'sealed' then redis.call('HSET', batch_state, 'digest', digest, 'created_at', created_at) end
    redis.call('HSET', batch_state, 'runs', (whole(redis.call('HGET', batch_state, 'runs')) or 0) + #runs)
end
for index, run in ipairs(runs) do
    -- The numbers of an expired run of the same name must not make the records of the new one look repeated.
    redis.call('DEL', run.key, run.seq, run.ended, run.lease, run.secrets, key(prefix, run.id, 'messages'))
    redis.call('HSET', run.key, 'request', run.request, 'run', run.state, 'session', run.session)
    if run.values ~= '' then
        redis.call('SET', run.secrets, run.values, 'EX', ttl)
        redis.call('HSET', run.key, 'salt', run.salt, 'trace', trace(run.salt, run.values))
    end
    if run.webhooks ~= '' then redis.call('HSET', run.key, 'webhooks', run.webhooks) end
    if mode ~= '' then
        redis.call('HSET', run.key, 'batch', batch)
        redis.call('RPUSH', batch_runs, run.id)
    end
    redis.call('EXPIRE', run.key, ttl)
    tell(prefix, run.id, run.state, ttl)
    redis.call('ZADD', unfinished, now() + lease, run.id)
    -- Runs added together keep their order, also in the list, which shows the newest first.
    redis.call('ZADD', all_runs, string.format('%.3f', created_ms + (#runs - index) / 1000), run.id)
    redis.call('RPUSH', run.list, run.id)
    if first_of(run.list, prefix) == run.id then enqueue(prefix, run.id) end
    redis.call('EXPIRE', run.list, ttl)
end

-- The maximum number of listed runs.
local longest_list = 100000
redis.call('ZREMRANGEBYRANK', all_runs, 0, -1 - longest_list)
if mode ~= '' then
    for _, key in ipairs({batch_state, batch_runs, batch_stream}) do redis.call('EXPIRE', key, ttl) end
end
return {'added'}

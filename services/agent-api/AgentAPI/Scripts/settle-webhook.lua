-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Stores the result of an attempt. `pause` is how long after it the next one comes (ms), empty for never. What another
-- process has taken since is left to it, unless this attempt was the last. `disabled` is 1 if the run's URL wants no more.
local due, hash, run = unpack(KEYS)
local member, delivery, taken, state, pause, disabled = unpack(ARGV)

local score = redis.call('ZSCORE', due, member)
if pause ~= '' and (not score or tonumber(score) ~= tonumber(taken)) then return 0 end
if redis.call('HEXISTS', hash, delivery) == 1 then redis.call('HSET', hash, delivery, state) end
if pause == '' then
    redis.call('ZREM', due, member)
else
    redis.call('ZADD', due, now() + pause, member)
end
if disabled == '1' then
    local is_json, targets = pcall(cjson.decode, redis.call('HGET', run, 'webhooks') or '')
    if is_json and type(targets) == 'table' then
        targets.run = nil
        if next(targets) then
            redis.call('HSET', run, 'webhooks', cjson.encode(targets))
        else
            redis.call('HDEL', run, 'webhooks')
        end
    end
end
return 1

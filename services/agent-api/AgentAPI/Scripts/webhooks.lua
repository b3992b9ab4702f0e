-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- The deliveries of webhooks.

-- How long deliveries are kept, in seconds: longer than they are tried.
local webhook_ttl = 90000

-- Records what the webhooks of a run are to be told. The script that makes the event calls this, so that no crash comes
-- between the two. `mark` tells this event of the run from its others, and `data` is the run as JSON text.
local function record_webhooks(prefix, id, event, mark, data, ttl)
    local hooks = redis.call('HGET', key(prefix, id, 'run'), 'webhooks')
    local is_json, targets = pcall(cjson.decode, hooks or '')
    if not is_json or type(targets) ~= 'table' then return end
    local hash, due, time = key(prefix, id, 'webhooks'), shared(prefix, 'webhooks'), now()
    for target, hook in pairs(targets) do
        local is_wanted = false
        for _, name in ipairs(hook.events) do is_wanted = is_wanted or name == event end
        if is_wanted then
            -- Names of runs may have full stops, which ids of deliveries may not.
            local delivery = 'msg_' .. redis.sha1hex(table.concat({id, mark, event, target}, ' '))
            redis.call(
                'HSET', hash, delivery,
                string.format(
                    '{"id":"%s","target":"%s","event":"%s","created_ms":%d}', delivery, target, event, time
                ),
                delivery .. ':data', data
            )
            -- The run may expire before its deliveries are done.
            if target == 'run' then redis.call('HSET', hash, 'url', hook.url, 'secret', hook.secret or '') end
            redis.call('EXPIRE', hash, math.max(tonumber(ttl), webhook_ttl))
            redis.call('ZADD', due, time, id .. ' ' .. delivery)
            redis.call('EXPIRE', due, webhook_ttl)
        end
    end
end

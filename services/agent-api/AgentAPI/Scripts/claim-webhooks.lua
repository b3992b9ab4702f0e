-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Takes deliveries that are due, for as long as an attempt may last. A process that dies meanwhile loses none: they are
-- due again then. Returns the run, the state, the data, the run's URL and secret, the name in the set, and until when it
-- is taken, of each.
local due = KEYS[1]
local prefix, milliseconds, limit = unpack(ARGV)

local claimed = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', due, '-inf', now(), 'LIMIT', 0, limit)) do
    local id, delivery = string.match(member, '^(%S+) (%S+)$')
    local state, data, url, secret
    if id then
        state, data, url, secret = unpack(
            redis.call('HMGET', key(prefix, id, 'webhooks'), delivery, delivery .. ':data', 'url', 'secret')
        )
    end
    if state and data then
        local taken = string.format('%d', now() + milliseconds)
        redis.call('ZADD', due, taken, member)
        claimed[#claimed + 1] = {id, state, data, url or '', secret or '', member, taken}
    else
        redis.call('ZREM', due, member)
    end
end
return claimed

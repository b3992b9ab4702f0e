-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Removes processes that were killed from the consumer group. A live one reads every second.
local queue = KEYS[1]

local consumers = redis.pcall('XINFO', 'CONSUMERS', queue, GROUP)
if consumers.err then return 0 end
local removed = 0
for _, consumer in ipairs(consumers) do
    local facts = {}
    for index = 1, #consumer, 2 do facts[consumer[index]] = consumer[index + 1] end
    if facts.pending == 0 and facts.idle > 3600000 then
        redis.call('XGROUP', 'DELCONSUMER', queue, GROUP, facts.name)
        removed = removed + 1
    end
end
return removed

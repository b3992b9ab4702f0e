-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Does something with the control of a run's browser: `give` gives it back, otherwise events are added, which renews it.
-- Returns 1, or 2 if the run is over, 6 if the token is not the one that has control, 7 if too many events wait.
-- ARGV: the six below, then the events.
local ended, control, input = unpack(KEYS)
local prefix, id, token, action, milliseconds, most = unpack(ARGV, 1, 6)

if redis.call('EXISTS', ended) == 1 then return 2 end
if redis.call('GET', control) ~= token then return 6 end
if action == 'give' then
    redis.call('DEL', control)
else
    if redis.call('LLEN', input) + #ARGV - 6 > tonumber(most) then return 7 end
    if #ARGV > 6 then
        redis.call('RPUSH', input, unpack(ARGV, 7))
        redis.call('PEXPIRE', input, milliseconds)
    end
    redis.call('PEXPIRE', control, milliseconds)
end
call_worker(prefix, id)
return 1

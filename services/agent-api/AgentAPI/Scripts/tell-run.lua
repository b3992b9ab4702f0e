-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Adds a message to a run that a model plans and that goes on. Returns 1, or 2 if the run is over or does not exist, 4 if
-- no model plans it or it has not begun, 6 if it has had too many.
local run, ended, messages = unpack(KEYS)
local prefix, id, message, most, ttl = unpack(ARGV)

local state = redis.call('HGET', run, 'run')
if not state or redis.call('EXISTS', ended) == 1 then return 2 end
local is_json, shown = pcall(cjson.decode, state)
if not is_json or type(shown) ~= 'table' or shown.planner ~= 'llm' or shown.status == 'queued' then return 4 end
if redis.call('LLEN', messages) >= tonumber(most) then return 6 end
redis.call('RPUSH', messages, message)
redis.call('EXPIRE', messages, ttl)
call_worker(prefix, id)
return 1

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Answers the question that a run waits with. Returns 1, or 2 if the run is over or does not exist, 4 if it asks nothing,
-- 5 if it asks for the other kind of answer, 6 if it was answered before. `kind` is `answer` or `approval`; `asked` is the
-- end of the question that is answered, or empty for whichever there is.
local run, ended = unpack(KEYS)
local prefix, id, kind, answer, asked = unpack(ARGV)

local state, answered = unpack(redis.call('HMGET', run, 'run', 'answered'))
if not state or redis.call('EXISTS', ended) == 1 then return 2 end
local is_json, shown = pcall(cjson.decode, state)
local question = is_json and type(shown) == 'table' and shown.status == 'waiting' and shown.waiting_for
if type(question) ~= 'table' then return 4 end
if asked ~= '' and question.expires_at ~= asked then return 4 end
if question.kind ~= kind then return 5 end
if answered == question.expires_at then return 6 end
redis.call('HSET', run, 'answered', question.expires_at, 'answer', answer)
call_worker(prefix, id)
return 1

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Ends a run whose process has died, if nothing has happened to it meanwhile: whoever has the run's records counted must
-- have seen all of them. A counter that holds no number says nothing about it.
if redis.call('EXISTS', ended) == 1 then return 0 end
local holder = redis.call('GET', lease)
if holder and holder ~= process then return 0 end
local last = whole(redis.call('GET', last_seq) or '0')
if last and tonumber(seq) ~= last + 1 then return 0 end
return write_record()

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Ends a run whose process has died, unless it has changed in the meantime: the caller must have seen all of the run's
-- records. An invalid counter is ignored.
if redis.call('EXISTS', ended) == 1 then return 0 end
local holder = redis.call('GET', lease)
if holder and holder ~= process then return 0 end
local last = whole(redis.call('GET', last_seq) or '0')
if last and tonumber(seq) ~= last + 1 then return 0 end
return write_record()

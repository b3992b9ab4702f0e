-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Writes a record of an unfinished run. Returns the entry's id, 0 if the record was written before, or -1 if another
-- process has ended the run.
local ended_before = redis.call('GET', ended)
if ended_before then return ended_before == process and 0 or -1 end
if tonumber(seq) <= (whole(redis.call('GET', last_seq)) or 0) then return 0 end
return write_record()

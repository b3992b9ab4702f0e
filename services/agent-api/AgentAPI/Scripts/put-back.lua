-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Gives back a run that was taken and not started. A run with another entry is in the queue already.
local run, queue = unpack(KEYS)
local prefix, id, entry = unpack(ARGV)

discard(queue, entry)
if redis.call('HGET', run, 'entry') ~= entry then return 0 end
enqueue(prefix, id)
return 1

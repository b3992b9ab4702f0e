-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Gives a run back that was taken and not begun. A run that has another entry by now is in the queue already.
local run, queue = unpack(KEYS)
local prefix, id, entry = unpack(ARGV)

discard(queue, entry)
if redis.call('HGET', run, 'entry') ~= entry then return 0 end
enqueue(prefix, id)
return 1

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- Fills a stream with records.
local stream = KEYS[1]
local count = tonumber(ARGV[1])

for number = 1, count do
    redis.call('XADD', stream, '*', 'msg', 'Line ' .. number .. ' ' .. string.rep('x', 100), 'level', 'INFO')
end
return 'OK'

-- This source file is part of Stepcast: live steps of browser agents.
-- SPDX-License-Identifier: Apache-2.0

-- The last id of each stream; '' for one that is gone or none. ARGV: from how much memory on a stream is not looked into,
-- since Redis would copy its first and last entries, which may be huge: '?' then.
local heavy = tonumber(ARGV[1])

local ids = {}
for i, key in ipairs(KEYS) do
    local memory = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    if type(memory) == 'number' and memory >= heavy then
        ids[i] = '?'
    else
        local info = redis.pcall('XINFO', 'STREAM', key)
        ids[i] = ''
        if not info.err then
            for j = 1, #info, 2 do
                if info[j] == 'last-generated-id' then ids[i] = info[j + 1] end
            end
        end
    end
end
return ids

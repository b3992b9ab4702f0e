//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The part of the writing script that a run's batch gets, in the same step: either both streams have the record or none.
enum BatchScript {
    /// The most entries of a batch's stream, about, however many runs it has.
    static let maximumLength = 100_000

    /// Goes on from the run's part, which has written the record as `id`. `KEYS[7...9]` are the batch's stream, state and
    /// list of runs, `ARGV[9]` is the status with which the run has ended, `ARGV[10]` the batch.
    ///
    /// The hash counts its records (`seq`), its runs (`runs`) and those that have ended, by status and in all (`ended`).
    /// A run's `end` gets here once, as each record does. With that of the last run of a batch whose runs are known, the
    /// batch's own end is written.
    static let appending = """
        local stream, state = KEYS[7], KEYS[8]
        local function add(name)
            local number = (whole(redis.call('HGET', state, name)) or 0) + 1
            redis.call('HSET', state, name, string.format('%d', number))
            return string.format('%d', number)
        end
        local function append(fields, payload)
            local number = add('seq')
            local runs = whole(redis.call('HGET', state, 'runs')) or 1
            local limit = math.min(ARGV[3] * runs, math.max(\(Self.maximumLength), ARGV[3]))
            fields[#fields + 1] = 'batch_seq'
            fields[#fields + 1] = number
            local prev = ARGV[5] == 'json' and latest(stream)
            local entry = redis.call('XADD', stream, 'MAXLEN', '~', string.format('%d', limit), '*', unpack(fields))
            if ARGV[5] == 'json' then
                local tail = ',"batch_seq":' .. number .. ',"prev":"' .. prev .. '","id":"' .. entry .. '"}'
                redis.call('PUBLISH', stream, payload .. tail)
            elseif ARGV[5] == 'text' then
                redis.call('PUBLISH', stream, payload)
            end
        end
        local fields = {unpack(ARGV, 13)}
        fields[#fields + 1] = 'run_entry'
        fields[#fields + 1] = id
        append(fields, ARGV[5] == 'json' and ARGV[6] .. ',"run_entry":"' .. id .. '"' or ARGV[6])
        if ARGV[7] ~= '' then
            add(ARGV[9])
            local ended = tonumber(add('ended'))
            local known = redis.call('HMGET', state, 'digest', 'runs', 'over')
            if known[1] and not known[3] and ended >= (whole(known[2]) or 1) then
                redis.call('HSET', state, 'over', 1)
                local counts = redis.call('HMGET', state, 'completed', 'failed', 'cancelled', 'timed_out')
                for index = 1, 4 do counts[index] = string.format('%d', whole(counts[index]) or 0) end
                local completed = tonumber(counts[1]) == ended
                local data = string.format(
                    '{"batch_id":"%s","runs":%d,"completed":%d,"failed":%d,"cancelled":%d,"timed_out":%d}',
                    ARGV[10], ended, unpack(counts)
                )
                local time = redis.call('TIME')
                local now = string.format('%d.%03d', time[1], math.floor(time[2] / 1000))
                local level, message = completed and 'INFO' or 'ERROR', '🏁 Batch over: ' .. ended .. ' runs'
                if not completed then message = message .. ', ' .. counts[1] .. ' completed' end
                append(
                    {
                        'msg', message, 'agent_name', 'browser agent', 'timestamp', now, 'source', 'logger',
                        'level', level, 'kind', 'batch_end', 'batch_id', ARGV[10], 'data', data
                    },
                    ARGV[5] == 'json' and string.format(
                        '{"agent_name":"browser agent","msg":"%s","timestamp":%s,"source":"logger","level":"%s",'
                            .. '"kind":"batch_end","batch_id":"%s","data":%s',
                        message, now, level, ARGV[10], data
                    ) or message
                )
            end
        end
        for index = 7, 9 do redis.call('EXPIRE', KEYS[index], ARGV[4]) end
        """
}

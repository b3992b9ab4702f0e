//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// What the scripts have in common that put runs into the queue and take them out. Other runs than the one that a script
/// is about may be touched, so names of keys are made here.
enum QueueScript {
    /// The name of the consumer group.
    static let group = "agents"

    /// Local functions, for a script that begins with them. `prefix` is the setting `REDIS_STREAM`.
    ///
    /// - `enqueue(prefix, id)` puts a run into the queue.
    /// - `dequeue(prefix, id)` takes it out of the queue if it is there.
    /// - `first_of(list, prefix)` is the first run of a session that is not over; those before it are removed.
    /// - `leave(prefix, id)` ends a run's time in its session: the next one's turn has come.
    static let functions = """
        local function key(prefix, id, name) return '{' .. prefix .. ':' .. id .. '}:' .. name end
        local function shared(prefix, name) return '{' .. prefix .. '}:' .. name end
        local function now()
            local time = redis.call('TIME')
            return time[1] * 1000 + math.floor(time[2] / 1000)
        end
        local function enqueue(prefix, id)
            local entry = redis.call('XADD', shared(prefix, 'queue'), '*', 'request_id', id)
            redis.call('HSET', key(prefix, id, 'run'), 'entry', entry)
        end
        local function discard(prefix, entry)
            redis.pcall('XACK', shared(prefix, 'queue'), '\(Self.group)', entry)
            redis.call('XDEL', shared(prefix, 'queue'), entry)
        end
        local function dequeue(prefix, id)
            local entry = redis.call('HGET', key(prefix, id, 'run'), 'entry')
            if not entry then return end
            discard(prefix, entry)
            redis.call('HDEL', key(prefix, id, 'run'), 'entry')
        end
        local function is_over(prefix, id)
            return redis.call('EXISTS', key(prefix, id, 'run')) == 0 or redis.call('EXISTS', key(prefix, id, 'ended')) == 1
        end
        local function first_of(list, prefix)
            local first = redis.call('LINDEX', list, 0)
            while first and is_over(prefix, first) do
                redis.call('LPOP', list)
                first = redis.call('LINDEX', list, 0)
            end
            return first
        end
        local function leave(prefix, id)
            local session = redis.call('HGET', key(prefix, id, 'run'), 'session')
            if not session then return end
            local list = shared(prefix, 'session:' .. session)
            local is_first = redis.call('LINDEX', list, 0) == id
            redis.call('LREM', list, 1, id)
            if not is_first then return end
            local following = first_of(list, prefix)
            if following then enqueue(prefix, following) end
        end

        """
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// What became of a run that was to be added.
enum RunAdmission: Equatable {
    case added

    /// The same was asked for before.
    case same(Run)

    /// Something else was asked for under the same name.
    case conflict

    /// Its batch is sealed: its runs are known, and this is none of them.
    case batchIsSealed

    /// There is no place for another: so many runs there may be that have not ended.
    case full(places: Int)
}

/// What became of a batch that was to be added.
enum BatchAdmission: Equatable {
    case added

    /// The same was asked for before, at that time.
    case same(createdAt: Timestamp)

    /// Something else was asked for under the same name.
    case conflict

    /// There is a run of the same name as the task at that index.
    case taken(Int)

    /// There is no place for all of it: so many runs there may be that have not ended.
    case full(places: Int)
}

extension RunQueue {
    /// Adds a run unless there is one of that name, in one step that two requests at once cannot both win. A batch that it
    /// names is begun, or gets one run more.
    ///
    /// - Throws: `RedisError`.
    func add(_ run: Run, request: RunRequest) async throws -> RunAdmission {
        let answer = try await self.add([(run, request)], to: run.batchID, sealedBy: nil)
        switch answer.first?.string {
        case "added": return .added
        case "sealed": return .batchIsSealed
        case "full": return .full(places: Int(answer.last?.integer ?? 0))
        case "taken" where answer.count == 5:
            guard let stored = answer[2].string, let known = answer[3].string else { fallthrough }
            let isSame = stored == String(decoding: request.json, as: UTF8.self) && answer[4].integer == 1
            return isSame ? .same(try Run(json: known.utf8)) : .conflict
        default: throw RedisError(.protocolError, "the script gave an answer that it does not give")
        }
    }

    /// Adds all runs of a batch or none, and seals it: no other run can be added, so that its end is known. The batch may
    /// have been begun by single runs.
    ///
    /// - Throws: `RedisError`.
    func add(_ batch: BatchRequest, runs: [Run]) async throws -> BatchAdmission {
        let answer = try await self.add(Array(zip(runs, batch.tasks)), to: batch.batchID, sealedBy: batch.json)
        switch answer.first?.string {
        case "added": return .added
        case "taken": return .taken(Int(answer.dropFirst().first?.integer ?? 1) - 1)
        case "full": return .full(places: Int(answer.last?.integer ?? 0))
        case "conflict": return .conflict
        case "same":
            guard let time = answer.last?.string.flatMap({ Timestamp(iso8601: $0) }) else { fallthrough }
            return .same(createdAt: time)
        default: throw RedisError(.protocolError, "the script gave an answer that it does not give")
        }
    }

    private func add(
        _ runs: [(run: Run, request: RunRequest)],
        to batchID: Identifier?,
        sealedBy batch: [UInt8]?
    ) async throws -> [RESPValue] {
        var keys = [self.keys.unfinished, self.keys.workers, self.keys.runs]
        if let batchID {
            let names = self.keys.batch(batchID)
            keys += [names.state, names.runs, names.stream]
        }
        let createdAt = runs.first?.run.createdAt ?? .now()
        var arguments: [any RedisArgument] = [
            prefix, timeToLive, leases.milliseconds, limits.waiting, worker,
            createdAt.iso8601, "\(createdAt.milliseconds)",
            batchID == nil ? "" : batch == nil ? "open" : "sealed", batchID?.rawValue ?? "", batch ?? [],
        ]
        for (run, request) in runs {
            let names = self.keys.run(run.requestID)
            keys += [names.run, names.seq, names.ended, names.lease, self.keys.session(run.sessionID), names.secrets]
            arguments += [run.requestID.rawValue, request.json, run.json, run.sessionID.rawValue]
            arguments += [request.sensitiveData?.json.bytes ?? [], Self.newSalt()]
        }
        return try await redis.evaluate(Self.addition, keys: keys, arguments: arguments).array ?? []
    }

    private static func newSalt() -> String {
        var generator = SystemRandomNumberGenerator()
        return String(generator.next(), radix: 36) + String(generator.next(), radix: 36)
    }

    /// How many places one process has, at most (`AGENT_CONCURRENCY`).
    private static let mostPlaces = 256

    /// How many runs are listed, at most.
    private static let longestList = 100_000

    /// The values of secrets are kept beside the run and go when it begins. So that the same request is known again
    /// afterwards, 16 bits of a salted digest of them stay: enough to tell a slip from a repetition, far too few to confirm
    /// a guess.
    ///
    /// Of the body of a batch, which may be a megabyte, only a digest is kept, of its text without the values. The numbers of an earlier run of the same
    /// name, which has expired, must not swallow the records of the new one.
    private static let addition = RedisScript(
        QueueScript.functions + """
            local prefix, ttl, lease, mode, batch = ARGV[1], ARGV[2], ARGV[3], ARGV[8], ARGV[9]
            local first = mode == '' and 3 or 6
            local count = (#KEYS - first) / 6
            local function names(index) return first + 6 * index - 6 end
            local function given(index) return 5 + 6 * index end
            local function trace(salt, secrets) return string.sub(redis.sha1hex(salt .. secrets), 1, 4) end
            local function has_same_secrets(index)
                local stored = redis.call('HMGET', KEYS[names(index) + 1], 'salt', 'trace')
                local secrets = ARGV[given(index) + 4]
                if not stored[1] then return secrets == '' end
                return secrets ~= '' and trace(stored[1], secrets) == stored[2]
            end
            if mode == 'sealed' then
                local stored = redis.call('HMGET', KEYS[4], 'digest', 'created_at')
                if stored[1] == redis.sha1hex(ARGV[10]) then
                    for index = 1, count do
                        local is_known = redis.call('EXISTS', KEYS[names(index) + 1]) == 1
                        if is_known and not has_same_secrets(index) then return {'conflict'} end
                    end
                    return {'same', stored[2]}
                end
                if stored[1] then return {'conflict'} end
            end
            for index = 1, count do
                local run = KEYS[names(index) + 1]
                if redis.call('HEXISTS', run, 'request') == 1 then
                    local stored = redis.call('HMGET', run, 'request', 'run')
                    return {'taken', index, stored[1], stored[2], has_same_secrets(index) and 1 or 0}
                end
            end
            if mode == 'open' and redis.call('HEXISTS', KEYS[4], 'digest') == 1 then return {'sealed'} end

            redis.call('ZADD', KEYS[2], now() + lease, ARGV[5])
            local places = tonumber(ARGV[4])
            for _, worker in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], now(), '+inf')) do
                local count = whole(string.match(worker, '^(%d+):.'))
                if count then
                    places = places + math.min(count, \(Self.mostPlaces))
                else
                    -- What is none of ours must not stop all of us.
                    redis.call('ZREM', KEYS[2], worker)
                end
            end
            if redis.call('ZCARD', KEYS[1]) + count > places then return {'full', places} end

            if mode ~= '' then
                if redis.call('HSETNX', KEYS[4], 'created_at', ARGV[6]) == 1 then redis.call('DEL', KEYS[5], KEYS[6]) end
                if mode == 'sealed' then
                    redis.call('HSET', KEYS[4], 'digest', redis.sha1hex(ARGV[10]), 'created_at', ARGV[6])
                end
                redis.call('HSET', KEYS[4], 'runs', (whole(redis.call('HGET', KEYS[4], 'runs')) or 0) + count)
            end
            for index = 1, count do
                local key, argument = names(index), given(index)
                local id, list = ARGV[argument], KEYS[key + 5]
                redis.call('DEL', KEYS[key + 1], KEYS[key + 2], KEYS[key + 3], KEYS[key + 4], KEYS[key + 6])
                redis.call(
                    'HSET', KEYS[key + 1],
                    'request', ARGV[argument + 1], 'run', ARGV[argument + 2], 'session', ARGV[argument + 3]
                )
                local secrets, salt = ARGV[argument + 4], ARGV[argument + 5]
                if secrets ~= '' then
                    redis.call('SET', KEYS[key + 6], secrets, 'EX', ttl)
                    redis.call('HSET', KEYS[key + 1], 'salt', salt, 'trace', trace(salt, secrets))
                end
                if mode ~= '' then
                    redis.call('HSET', KEYS[key + 1], 'batch', batch)
                    redis.call('RPUSH', KEYS[5], id)
                end
                redis.call('EXPIRE', KEYS[key + 1], ttl)
                redis.call('ZADD', KEYS[1], now() + lease, id)
                redis.call('ZADD', KEYS[3], string.format('%.3f', ARGV[7] + (count - index) / 1000), id)
                redis.call('RPUSH', list, id)
                if first_of(list, prefix) == id then enqueue(prefix, id) end
                redis.call('EXPIRE', list, ttl)
            end
            redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -1 - \(Self.longestList))
            if mode ~= '' then
                for index = 4, 6 do redis.call('EXPIRE', KEYS[index], ttl) end
            end
            return {'added'}
            """
    )
}

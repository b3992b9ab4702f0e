//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis

/// What became of a run that was to be added.
enum Admission: Equatable {
    case added

    /// The same was asked for before.
    case same(Run)

    /// Something else was asked for under the same name.
    case conflict

    /// Its batch is sealed: its runs are known, and this is none of them.
    case batchIsSealed
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
}

extension RunStore {
    /// Adds a run unless there is one of that name, in one step that two requests at once cannot both win. Its lease
    /// begins with it. A batch that it names is begun, or gets one run more.
    ///
    /// - Throws: `RedisError`.
    func add(_ run: Run, request: RunRequest, leases: RunLeases) async throws -> Admission {
        let answer = try await self.add([(run, request)], to: run.batchID, sealedBy: nil, leases: leases)
        switch answer.first?.string {
        case "added": return .added
        case "sealed": return .batchIsSealed
        case "taken" where answer.count == 4:
            return try self.compare(request, stored: answer[2].string, run: answer[3].string) ?? .conflict
        default: throw RedisError(.protocolError, "the script gave an answer that it does not give")
        }
    }

    /// Adds all runs of a batch or none, and seals it: no other run can be added, so that its end is known. The batch may
    /// have been begun by single runs.
    ///
    /// - Throws: `RedisError`.
    func add(_ batch: BatchRequest, runs: [Run], leases: RunLeases) async throws -> BatchAdmission {
        let answer = try await self.add(
            Array(zip(runs, batch.tasks)),
            to: batch.batchID,
            sealedBy: batch.json,
            leases: leases
        )
        switch answer.first?.string {
        case "added": return .added
        case "taken": return .taken(Int(answer.dropFirst().first?.integer ?? 1) - 1)
        default: return try Self.known(answer)
        }
    }

    /// Looks whether there is such a run already.
    ///
    /// - Returns: `nil` when there is none of that name.
    /// - Throws: `RedisError`.
    func find(_ request: RunRequest) async throws -> Admission? {
        let key = self.keys(of: request.requestID).run
        let stored = try await self.redis.send(RedisCommand("HMGET", key, "request", "run")).array ?? []
        return try self.compare(request, stored: stored.first?.string, run: stored.last?.string)
    }

    /// Looks whether there is such a batch already.
    ///
    /// - Returns: `nil` when none of that name was asked for as a whole.
    /// - Throws: `RedisError`.
    func find(_ batch: BatchRequest) async throws -> BatchAdmission? {
        let keys = self.keys(of: batch)
        let answer = try await self.redis.evaluate(Self.search, keys: [keys.state], arguments: [batch.json])
        return answer.isNull ? nil : try Self.known(answer.array ?? [])
    }

    private func keys(of batch: BatchRequest) -> BatchKeys { self.keys(ofBatch: batch.batchID) }

    private static func known(_ answer: [RESPValue]) throws -> BatchAdmission {
        switch answer.first?.string {
        case "conflict": return .conflict
        case "same":
            guard let time = answer.last?.string.flatMap({ Timestamp(iso8601: $0) }) else { fallthrough }
            return .same(createdAt: time)
        default: throw RedisError(.protocolError, "the script gave an answer that it does not give")
        }
    }

    private func compare(_ request: RunRequest, stored: String?, run: String?) throws -> Admission? {
        guard let stored, let run else { return nil }
        return stored == String(decoding: request.json, as: UTF8.self) ? .same(try Run(json: run.utf8)) : .conflict
    }

    private func add(
        _ runs: [(run: Run, request: RunRequest)],
        to batchID: Identifier?,
        sealedBy batch: [UInt8]?,
        leases: RunLeases
    ) async throws -> [RESPValue] {
        // First the index of runs to look after: a run that is not in it would be left alone if this process died now.
        try await leases.announce(runs.map(\.run.requestID))
        var keys: [String] = []
        if let batchID {
            let names = self.keys(ofBatch: batchID)
            keys = [names.state, names.runs, names.stream]
        }
        var arguments: [any RedisArgument] = [
            self.timeToLive, leases.owner, leases.milliseconds, batchID == nil ? "" : batch == nil ? "open" : "sealed",
            batch ?? [], runs.first?.run.createdAt.iso8601 ?? "",
        ]
        for (run, request) in runs {
            let names = self.keys(of: run.requestID)
            keys += [names.run, names.seq, names.ended, names.lease]
            arguments += [run.requestID.rawValue, request.json, run.json]
        }
        let answer = try await self.redis.evaluate(Self.addition, keys: keys, arguments: arguments)
        return answer.array ?? []
    }

    /// The request itself may be a megabyte, so that only its digest is kept.
    private static let knowing = """
        local function known(state, request)
            local stored = redis.call('HMGET', state, 'digest', 'created_at')
            if not stored[1] then return false end
            if stored[1] == redis.sha1hex(request) then return {'same', stored[2]} end
            return {'conflict'}
        end
        """

    private static let search = RedisScript(Self.knowing + "\nreturn known(KEYS[1], ARGV[1])")

    /// The numbers of an earlier run of that name, which has expired, must not swallow the records of the new one.
    private static let addition = RedisScript(
        Self.knowing + "\n" + """
            local ttl, owner, lease, mode = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
            local first = mode == '' and 0 or 3
            local count = (#KEYS - first) / 4
            if mode == 'sealed' then
                local answer = known(KEYS[1], ARGV[5])
                if answer then return answer end
            end
            for index = 1, count do
                local run = KEYS[first + 4 * index - 3]
                if redis.call('HEXISTS', run, 'request') == 1 then
                    local stored = redis.call('HMGET', run, 'request', 'run')
                    return {'taken', index, stored[1], stored[2]}
                end
            end
            if mode == 'open' and redis.call('HEXISTS', KEYS[1], 'digest') == 1 then return {'sealed'} end
            for index = 1, count do
                local key, argument = first + 4 * index - 4, 4 + 3 * index
                redis.call('DEL', KEYS[key + 2], KEYS[key + 3])
                redis.call('HSET', KEYS[key + 1], 'request', ARGV[argument + 1], 'run', ARGV[argument + 2])
                redis.call('EXPIRE', KEYS[key + 1], ttl)
                redis.call('SET', KEYS[key + 4], owner, 'PX', lease)
            end
            if mode ~= '' then
                if redis.call('HSETNX', KEYS[1], 'created_at', ARGV[6]) == 1 then redis.call('DEL', KEYS[2], KEYS[3]) end
                if mode == 'sealed' then
                    redis.call('HSET', KEYS[1], 'digest', redis.sha1hex(ARGV[5]), 'created_at', ARGV[6])
                end
                for index = 1, count do redis.call('RPUSH', KEYS[2], ARGV[4 + 3 * index]) end
                redis.call('HINCRBY', KEYS[1], 'runs', count)
                for index = 1, 3 do redis.call('EXPIRE', KEYS[index], ttl) end
            end
            return {'added'}
            """
    )
}

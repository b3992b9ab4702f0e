//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis

/// What was asked for and how far it is, in Redis: any `agent-api` can answer for any run, also after a restart.
struct RunStore: Sendable {
    /// What there is already under the name of a run that is asked for.
    enum Known: Equatable {
        /// The same was asked for before.
        case same(Run)

        /// Something else was asked for under the same name.
        case conflict
    }

    let redis: RedisClient
    private let prefix: String
    private let timeToLive: Int

    /// - Parameter timeToLive: In seconds, from the last change on.
    init(redis: RedisClient, prefix: String, timeToLive: Int) {
        self.redis = redis
        self.prefix = prefix
        self.timeToLive = timeToLive
    }

    /// The run's names in Redis.
    func keys(of requestID: Identifier) -> StreamKeys { StreamKeys(prefix: self.prefix, requestID: requestID) }

    /// Adds a run unless there is one of that name, in one step that two requests at once cannot both win. Its lease
    /// begins with it.
    ///
    /// - Returns: What there is already; `nil` when the run was added.
    /// - Throws: `RedisError`.
    func add(_ run: Run, request: RunRequest, leases: RunLeases) async throws -> Known? {
        // First the index of runs to look after: a run that is not in it would be left alone if this process died now.
        try await leases.announce([run.requestID])
        let keys = self.keys(of: run.requestID)
        let reply = try await self.redis.evaluate(
            Self.addition,
            keys: [keys.run, keys.seq, keys.ended, keys.lease],
            arguments: [
                self.timeToLive, request.json, run.json, leases.owner, leases.milliseconds,
            ]
        )
        return try Stored(reply).map { try self.compare($0, with: request) }
    }

    /// Looks whether there is such a run already.
    ///
    /// - Returns: `nil` when there is none of that name.
    /// - Throws: `RedisError`.
    func find(_ request: RunRequest) async throws -> Known? {
        let reply = try await self.redis.send(
            RedisCommand("HMGET", self.keys(of: request.requestID).run, "request", "run")
        )
        return try Stored(reply).map { try self.compare($0, with: request) }
    }

    /// The run of that name.
    ///
    /// - Throws: `RedisError`.
    func run(_ requestID: Identifier) async throws -> Run? {
        let reply = try await self.redis.send(RedisCommand("HGET", self.keys(of: requestID).run, "run"))
        return try reply.string.map { try Run(json: $0.utf8) }
    }

    /// Writes down how far a run is that has not ended. The state in which it ends is written together with its last
    /// record, see ``RecordPublisher``.
    ///
    /// - Parameters:
    ///   - run: The encoded run.
    ///   - owner: The process that carries it out.
    /// - Returns: `repeated` when the run has been ended by that process before.
    /// - Throws: `RedisError`.
    func update(_ run: [UInt8], of requestID: Identifier, owner: String) async throws(RedisError) -> Delivery {
        let keys = self.keys(of: requestID)
        let reply = try await self.redis.evaluate(
            Self.change,
            keys: [keys.run, keys.ended],
            arguments: [self.timeToLive, run, owner]
        )
        return try Delivery(reply)
    }

    private func compare(_ stored: Stored, with request: RunRequest) throws -> Known {
        guard stored.request == String(decoding: request.json, as: UTF8.self) else { return .conflict }
        return .same(try stored.decodedRun())
    }

    /// The fields of the hash `…:run`.
    private struct Stored {
        var request: String
        var run: String

        init?(_ reply: RESPValue) {
            guard let values = reply.array, values.count == 2, let request = values[0].string,
                let run = values[1].string
            else { return nil }
            self.request = request
            self.run = run
        }

        func decodedRun() throws -> Run { try Run(json: self.run.utf8) }
    }

    /// The numbers of an earlier run of that name, which has expired, must not swallow the records of the new one.
    private static let addition = RedisScript(
        """
        if redis.call('HEXISTS', KEYS[1], 'request') == 1 then
            return redis.call('HMGET', KEYS[1], 'request', 'run')
        end
        redis.call('DEL', KEYS[2], KEYS[3])
        redis.call('HSET', KEYS[1], 'request', ARGV[2], 'run', ARGV[3])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        redis.call('SET', KEYS[4], ARGV[4], 'PX', ARGV[5])
        return false
        """
    )

    /// If Redis has lost its data, this brings the run back, though not what was asked for.
    private static let change = RedisScript(
        """
        local ended = redis.call('GET', KEYS[2])
        if ended then return ended == ARGV[3] and 0 or -1 end
        redis.call('HSET', KEYS[1], 'run', ARGV[2])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return 1
        """
    )
}

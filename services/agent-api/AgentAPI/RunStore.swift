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

    private let redis: RedisClient
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

    /// Adds a run unless there is one of that name, in one step that two requests at once cannot both win.
    ///
    /// - Returns: What there is already; `nil` when the run was added.
    /// - Throws: `RedisError`.
    func add(_ run: Run, request: RunRequest) async throws -> Known? {
        let keys = self.keys(of: run.requestID)
        let reply = try await self.redis.evaluate(
            Self.addition,
            keys: [keys.run, keys.seq],
            arguments: [
                String(self.timeToLive), "request", String(decoding: request.json, as: UTF8.self), "run",
                String(decoding: run.json, as: UTF8.self),
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
        let reply = try await self.redis.send(RedisCommand("HMGET", self.keys(of: requestID).run, "request", "run"))
        return try Stored(reply)?.decodedRun()
    }

    /// Writes down how far a run is.
    ///
    /// - Throws: `RedisError`.
    func update(_ run: Run) async throws {
        let key = self.keys(of: run.requestID).run
        let answers = try await self.redis.pipeline([
            RedisCommand("HSET", key, "run", String(decoding: run.json, as: UTF8.self)),
            RedisCommand("EXPIRE", key, self.timeToLive),
        ])
        for answer in answers { _ = try answer.get() }
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
        if redis.call('EXISTS', KEYS[1]) == 1 then return redis.call('HMGET', KEYS[1], 'request', 'run') end
        redis.call('DEL', KEYS[2])
        redis.call('HSET', KEYS[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5])
        redis.call('EXPIRE', KEYS[1], ARGV[1])
        return false
        """
    )
}

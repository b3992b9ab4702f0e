//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import JSON
import Keys
import Redis

/// The requests and states of runs in Redis. Any `agent-api` can answer for any run, even after a restart.
struct RunStore: Sendable {
    let database: RunDatabase

    var redis: RedisClient { database.redis }

    /// The keys of a run.
    func keys(of requestID: Identifier) -> RunKeys { database.keys.run(requestID) }

    /// The keys of a batch.
    func keys(ofBatch batchID: Identifier) -> BatchKeys { database.keys.batch(batchID) }

    /// The run with that name.
    ///
    /// - Throws: `RedisError`.
    func run(_ requestID: Identifier) async throws -> Run? {
        let reply = try await redis.send(RedisCommand("HGET", keys(of: requestID).run, "run"))
        return try reply.as(String?.self).map { try Run(json: $0.utf8) }
    }

    /// What a run has done, if it has ended and that was kept.
    ///
    /// - Throws: `RedisError`.
    func recording(of requestID: Identifier) async throws(RedisError) -> Recording? {
        let reply = try await redis.send(RedisCommand("HGET", keys(of: requestID).run, "recording"))
        return try reply.as(String?.self).flatMap { try? JSONValue(parsing: $0.utf8) }.flatMap(Recording.init(json:))
    }

    /// The runs with those names that exist.
    ///
    /// - Throws: `RedisError`.
    func runs(_ requestIDs: [Identifier]) async throws(RedisError) -> [Run] {
        let commands = requestIDs.map { RedisCommand("HGET", keys(of: $0).run, "run") }
        var runs: [Run] = []
        for answer in try await redis.pipeline(commands) {
            if let json = try answer.get().as(String?.self), let run = try? Run(json: json.utf8) { runs.append(run) }
        }
        return runs
    }

    /// The batch with that name.
    ///
    /// - Throws: `RedisError`.
    func batch(_ batchID: Identifier) async throws(RedisError) -> Batch? {
        let keys = self.keys(ofBatch: batchID)
        let answers = try await redis.pipeline([
            RedisCommand("HMGET", keys.state, "created_at", "digest", "over"),
            RedisCommand("LRANGE", keys.runs, "0", "-1"),
        ])
        let (time, digest, over) = try answers[0].get().elements(String?.self, String?.self, String?.self)
        guard let createdAt = time.flatMap({ Timestamp(iso8601: $0) }) else { return nil }
        let names = try answers[1].get().as([String].self)
        return Batch(
            batchID: batchID,
            isSealed: digest != nil,
            isOver: over != nil,
            channel: keys.stream,
            createdAt: createdAt,
            runs: try await runs(names.compactMap(Identifier.init(rawValue:)))
        )
    }

    /// Whether a process has a lease on the run.
    ///
    /// - Throws: `RedisError`.
    func hasLease(_ requestID: Identifier) async throws(RedisError) -> Bool {
        try await redis.send(RedisCommand("EXISTS", keys(of: requestID).lease)).as(Bool.self)
    }

    /// Stores the state of an unfinished run. By then the process has received the values of secrets, which are
    /// removed. The final state is written together with the last record, see ``RecordPublisher``.
    ///
    /// - Parameters:
    ///   - run: The encoded run.
    ///   - owner: The process that executes it.
    /// - Returns: `repeated` if that process has already ended the run.
    /// - Throws: `RedisError`.
    func update(_ run: [UInt8], of requestID: Identifier, owner: String) async throws(RedisError) -> WriteResult {
        let keys = self.keys(of: requestID)
        let reply = try await redis.evaluate(
            Self.change,
            keys: [keys.run, keys.ended, keys.secrets],
            arguments: [database.keys.prefix, requestID.rawValue, database.timeToLive, run, owner]
        )
        return try reply.as(WriteResult.self)
    }

    private static let change = RedisScript(queue: Embedded.updateRunLua)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// Which process carries which run out, in Redis: a lease on each run that its process renews, and an index of the runs
/// that have not ended.
///
/// The lease is the truth. The index only says where to look: a run that is in it needlessly costs a look, and one that is
/// missing is put back with the next renewal.
struct RunLeases: Sendable {
    /// This process.
    let owner: String

    /// How long a lease lasts that is not renewed.
    let milliseconds: Int

    private let database: RunDatabase
    private var redis: RedisClient { database.redis }

    init(_ database: RunDatabase, owner: String, seconds: Int) {
        self.database = database
        self.owner = owner
        milliseconds = seconds * 1000
    }

    /// Puts runs that have not ended into the index, to be looked at when a lease that begins now is over.
    ///
    /// - Throws: `RedisError`.
    func announce(_ runs: [Identifier]) async throws(RedisError) {
        let members: [any RedisArgument] = runs.map(\.rawValue)
        _ = try await redis.evaluate(
            Self.announcement,
            keys: [database.keys.unfinished],
            arguments: [database.keys.prefix, milliseconds] + members
        )
    }

    /// Begins or renews the lease on a run.
    ///
    /// - Parameter batch: The batch that the run belongs to, which must not expire either before it ends.
    /// - Returns: Who has ended the run, which has no lease then; `nil` as long as it goes on.
    /// - Throws: `RedisError`.
    func renew(_ run: Identifier, batch: Identifier? = nil) async throws(RedisError) -> String? {
        let keys = database.keys.run(run)
        let batchKeys = batch.map { database.keys.batch($0) }
        let reply = try await redis.evaluate(
            Self.renewal,
            keys: [keys.lease, keys.ended, keys.run] + (batchKeys.map { [$0.stream, $0.state, $0.runs] } ?? []),
            arguments: [owner, milliseconds, database.timeToLive, database.keys.prefix, run.rawValue]
        )
        return try reply.as(String?.self)
    }

    /// Runs of the index whose process has not renewed its lease in time; the longest overdue first.
    ///
    /// - Throws: `RedisError`.
    func overdue(limit: Int) async throws(RedisError) -> [Identifier] {
        let reply = try await redis.evaluate(
            Self.search,
            keys: [database.keys.unfinished],
            arguments: [limit]
        )
        return try reply.as([String].self).compactMap(Identifier.init(rawValue:))
    }

    /// Takes a run out of the index, because it has ended.
    ///
    /// - Throws: `RedisError`.
    func forget(_ run: Identifier) async throws(RedisError) {
        _ = try await redis.send(
            RedisCommand("ZREM", database.keys.unfinished, run.rawValue)
        )
    }

    private static let announcement = RedisScript(queue: Embedded.announceLua)

    private static let search = RedisScript(queue: Embedded.overdueLua)

    private static let renewal = RedisScript(queue: Embedded.renewLua)
}

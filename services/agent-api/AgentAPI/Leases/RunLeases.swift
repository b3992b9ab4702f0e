//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// The leases in Redis that say which process executes which run, and an index of the runs that have not ended.
///
/// The leases are authoritative; the index only says which runs to check. An outdated entry costs one check, and a
/// missing one is restored by the next renewal.
struct RunLeases: Sendable {
    /// This process.
    let owner: String

    /// How long a lease lasts without renewal.
    let milliseconds: Int

    private let database: RunDatabase
    private var redis: RedisClient { database.redis }

    init(_ database: RunDatabase, owner: String, seconds: Int) {
        self.database = database
        self.owner = owner
        milliseconds = seconds * 1000
    }

    /// Adds unfinished runs to the index, to be checked when a lease that starts now expires.
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

    /// Acquires or renews the lease on a run.
    ///
    /// - Parameter batch: The run's batch, which must not expire before the run ends.
    /// - Returns: Who ended the run; `nil` if it has not ended and the lease is renewed.
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

    /// Runs of the index whose lease was not renewed in time, the longest overdue first.
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

    /// Removes an ended run from the index.
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

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Keys
import Redis

/// Finds the streams of runs and batches in Redis, whoever has written them.
struct StreamScan: Sendable {
    private let redis: RedisClient
    private let names: SubjectNames
    private let keys: Keyspace

    /// From how much memory on a stream is not asked for its last id.
    private static let heavy = 16 << 20

    init(redis: RedisClient, prefix: String) {
        self.redis = redis
        names = SubjectNames(prefix: prefix)
        keys = Keyspace(prefix: prefix)
    }

    /// Reports all streams, some at a time, each with its last id; `nil` where that was not asked for.
    ///
    /// - Throws: `RedisError`.
    func report(
        isolation: isolated (any Actor)? = #isolation,
        _ body: ([(subject: Subject, lastID: EntryID?)]) async -> Void
    ) async throws(RedisError) {
        for pattern in names.patterns {
            var cursor = "0"
            repeat {
                let reply = try await redis.send(
                    RedisCommand("SCAN", cursor, "MATCH", pattern, "COUNT", "1000", "TYPE", "stream")
                )
                let (next, found) = try reply.elements(String.self, [String].self)
                cursor = next
                let subjects = found.compactMap { names.subject(of: Array($0.utf8)) }
                for start in stride(from: 0, to: subjects.count, by: 100) {
                    let part = Array(subjects[start...].prefix(100))
                    await body(zip(part, try await lastIDs(of: part)).map { ($0, $1) })
                }
            } while cursor != "0"
        }
    }

    private func lastIDs(of subjects: [Subject]) async throws(RedisError) -> [EntryID?] {
        let reply = try await redis.evaluate(
            Self.asking,
            keys: subjects.map { keys.stream(of: $0) },
            arguments: [Self.heavy]
        )
        return try reply.as([String].self).map { EntryID($0) }
    }

    private static let asking = RedisScript(Embedded.lastIdsLua)
}

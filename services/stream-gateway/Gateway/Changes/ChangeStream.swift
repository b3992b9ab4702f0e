//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis

/// Reads the stream of changes of all runs (protocol, section 2).
struct ChangeStream: Sendable {
    private let redis: RedisClient

    /// A connection of its own, since Redis answers it only when there is something new.
    private let waiting: RedisClient

    private let keys: Keyspace

    /// The most changes that are read at once.
    static let pageSize = 500

    /// - Parameters:
    ///   - waiting: For waiting, and nothing else.
    ///   - prefix: The setting `REDIS_STREAM`.
    init(redis: RedisClient, waiting: RedisClient, prefix: String) {
        self.redis = redis
        self.waiting = waiting
        keys = Keyspace(prefix: prefix)
    }

    /// The name of the stream.
    var name: String { keys.changes }

    /// Where the stream ends; zero if there is none.
    ///
    /// - Throws: `RedisError`.
    func end() async throws(RedisError) -> EntryID {
        let newest = try await redis.send(RedisCommand("XREVRANGE", name, "+", "-", "COUNT", "1"))
        return try Self.ids(newest).first ?? .zero
    }

    /// What there is behind a place.
    ///
    /// - Throws: `RedisError`.
    func page(after place: EntryID) async throws(RedisError) -> ChangePage {
        // In this order: what is there after the page was read was there before.
        let answers = try await redis.pipeline([
            RedisCommand("XRANGE", name, "(\(place)", "+", "COUNT", "\(Self.pageSize)"),
            RedisCommand("XRANGE", name, "-", "+", "COUNT", "1"),
            RedisCommand("XREVRANGE", name, "+", "-", "COUNT", "1"),
        ])
        let changes = try answers[0].get().as([RedisStreamEntry].self).compactMap(Change.init)
        // The beginning is behind nothing, so nothing can be missing there.
        if place == .zero { return .changes(changes) }
        guard let oldest = try Self.ids(answers[1].get()).first, let newest = try Self.ids(answers[2].get()).first
        else {
            // The stream has expired, or Redis has lost it.
            return .gap(to: .zero)
        }
        // The entry at the place is trimmed, and maybe others behind it; or Redis has lost its latest entries.
        if oldest > place || newest < place { return .gap(to: newest) }
        return .changes(changes)
    }

    /// Waits until there is something behind a place, but no longer than a time.
    ///
    /// - Throws: `RedisError`.
    func waits(after place: EntryID, milliseconds: Int) async throws(RedisError) {
        _ = try await waiting.send(
            RedisCommand("XREAD", "COUNT", "1", "BLOCK", "\(milliseconds)", "STREAMS", name, "\(place)")
        )
    }

    /// The runs that have not ended, as they are now, the oldest first.
    ///
    /// - Throws: `RedisError`.
    func unfinishedRuns() async throws(RedisError) -> [RunChange] {
        let names = try await redis.send(RedisCommand("ZRANGE", keys.unfinished, "0", "-1")).as([String].self)
        let identifiers = names.compactMap(Identifier.init(rawValue:))
        var runs: [Run] = []
        for start in stride(from: 0, to: identifiers.count, by: Self.pageSize) {
            let part = identifiers[start...].prefix(Self.pageSize)
            let commands = part.map { RedisCommand("HGET", keys.run($0).run, "run") }
            for answer in try await redis.pipeline(commands) {
                guard let json = try answer.get().as(String?.self), let run = try? Run(json: json.utf8) else {
                    continue
                }
                if !run.status.isFinal { runs.append(run) }
            }
        }
        return runs.sorted { ($0.createdAt, $0.requestID.rawValue) < ($1.createdAt, $1.requestID.rawValue) }
            .map(RunChange.init)
    }

    private static func ids(_ reply: RESPValue) throws(RedisError) -> [EntryID] {
        try reply.as([RedisStreamEntry].self).compactMap { EntryID($0.id) }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import Keys
import Redis

/// A browser session as a client sees it: runs that share cookies and storage.
struct BrowserSession: Sendable, Hashable {
    var id: Identifier
    var createdAt: Timestamp
    /// Its runs that have not ended, in order.
    var runs: [Identifier] = []

    /// The session as the routes show it. Existing callers read `vnc_url`.
    var json: JSONValue {
        let view = JSONValue.string("/?session=\(id)")
        return [
            "session_id": .string(id.rawValue), "created_at": .string(createdAt.iso8601), "view_url": view,
            "vnc_url": view, "runs": .array(runs.map { .string($0.rawValue) }),
        ]
    }
}

/// The sessions in Redis.
struct SessionStore: Sendable {
    let database: RunDatabase

    private var redis: RedisClient { database.redis }
    private var keys: Keyspace { database.keys }

    /// Makes a session known, unless it is.
    ///
    /// - Throws: `RedisError`.
    func create(_ id: Identifier) async throws(RedisError) -> BrowserSession {
        let now = Timestamp.now()
        let reply = try await redis.evaluate(
            Self.creation,
            keys: [keys.sessionState(id), keys.sessions],
            arguments: [id.rawValue, now.iso8601, "\(now.milliseconds)", database.timeToLive]
        )
        let createdAt = Timestamp(iso8601: try reply.as(String.self)) ?? now
        return BrowserSession(id: id, createdAt: createdAt, runs: try await runs(of: id))
    }

    /// The sessions that were made known, the newest first.
    ///
    /// - Throws: `RedisError`.
    func list(limit: Int) async throws(RedisError) -> [BrowserSession] {
        let names = try await redis.send(RedisCommand("ZREVRANGE", keys.sessions, "0", "\(limit - 1)"))
            .as([String].self).compactMap(Identifier.init(rawValue:))
        var sessions: [BrowserSession] = []
        for id in names {
            let time = try await redis.send(RedisCommand("HGET", keys.sessionState(id), "created_at")).as(String?.self)
            guard let createdAt = time.flatMap({ Timestamp(iso8601: $0) }) else {
                _ = try await redis.send(RedisCommand("ZREM", keys.sessions, id.rawValue))
                continue
            }
            sessions.append(BrowserSession(id: id, createdAt: createdAt, runs: try await runs(of: id)))
        }
        return sessions
    }

    /// Ends a session.
    ///
    /// - Returns: Its runs that have not ended; `nil` if there is no such session.
    /// - Throws: `RedisError`.
    func end(_ id: Identifier) async throws(RedisError) -> [Identifier]? {
        let reply = try await redis.evaluate(
            Self.ending,
            keys: [keys.sessionState(id), keys.sessions, keys.session(id), keys.home(id)],
            arguments: [id.rawValue]
        )
        let (isKnown, names) = try reply.elements(Bool.self, [String].self)
        let runs = names.compactMap(Identifier.init(rawValue:))
        return isKnown || !runs.isEmpty ? runs : nil
    }

    private func runs(of id: Identifier) async throws(RedisError) -> [Identifier] {
        try await redis.send(RedisCommand("LRANGE", keys.session(id), "0", "99")).as([String].self)
            .compactMap(Identifier.init(rawValue:))
    }

    private static let creation = RedisScript(queue: Embedded.createSessionLua)

    private static let ending = RedisScript(queue: Embedded.endSessionLua)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
import NIOCore
public import Redis

/// Reads a run's records from its Redis stream.
public struct StreamReader: Sendable {
    /// How many records are read at once. Long histories are read page by page, not into memory as a whole.
    public static let pageSize = 500

    private let redis: RedisClient
    private let prefix: String

    /// A reader of the streams with a prefix (`REDIS_STREAM`).
    public init(redis: RedisClient, prefix: String) {
        self.redis = redis
        self.prefix = prefix
    }

    /// The run's names in Redis.
    public func keys(of requestID: Identifier) -> StreamKeys {
        StreamKeys(prefix: self.prefix, requestID: requestID)
    }

    /// The records after an id, the oldest first, at most a page of them.
    ///
    /// - Throws: `RedisError`.
    public func page(of requestID: Identifier, after id: EntryID) async throws -> [LogRecord] {
        let reply = try await self.redis.send(
            RedisCommand("XRANGE", self.keys(of: requestID).stream, "(\(id)", "+", "COUNT", Self.pageSize)
        )
        return Self.records(in: reply, requestID: requestID)
    }

    /// The record with that id, when the stream still has it.
    ///
    /// - Throws: `RedisError`.
    public func record(of requestID: Identifier, at id: EntryID) async throws -> LogRecord? {
        let reply = try await self.redis.send(
            RedisCommand("XRANGE", self.keys(of: requestID).stream, "\(id)", "\(id)")
        )
        return Self.records(in: reply, requestID: requestID).first
    }

    /// The last records, the newest first.
    ///
    /// - Throws: `RedisError`.
    public func last(_ count: Int, of requestID: Identifier) async throws -> [LogRecord] {
        let reply = try await self.redis.send(
            RedisCommand("XREVRANGE", self.keys(of: requestID).stream, "+", "-", "COUNT", count)
        )
        return Self.records(in: reply, requestID: requestID)
    }

    /// An entry is `[id, [name, value, name, value, …]]`. What is not is passed over.
    private static func records(in reply: RESPValue, requestID: Identifier) -> [LogRecord] {
        (reply.array ?? []).compactMap { entry in
            guard let parts = entry.array, parts.count == 2, let id = parts[0].string.flatMap({ EntryID($0) }),
                let flat = parts[1].array
            else { return nil }
            let fields = stride(from: 0, to: flat.count - 1, by: 2).map { index in
                (name: flat[index].string ?? "", value: flat[index + 1].string ?? "")
            }
            return LogRecord(id: id, fields: fields, requestID: requestID)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import AgentLogs
import NIOCore
public import Redis

/// Reads runs' records from their Redis streams.
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

    /// What a stream holds, as of one moment.
    struct Page: Sendable {
        /// The records asked for.
        var records: [LogRecord]

        /// The id of the last entry that the stream ever took. `nil` when there is no stream.
        var lastID: EntryID?

        /// How many entries the stream ever took. `nil` before Redis 7, which does not count them.
        var entriesAdded: Int?

        /// Whether there may be more in that direction.
        var isFull: Bool
    }

    /// The records after an id, the oldest first, at most a page of them.
    ///
    /// - Throws: `RedisError`.
    func page(of requestID: Identifier, after id: EntryID) async throws(RedisError) -> Page {
        try await self.read(requestID, from: id.description, count: Self.pageSize)
    }

    /// The last records, the newest first.
    ///
    /// - Throws: `RedisError`.
    func last(_ count: Int, of requestID: Identifier) async throws(RedisError) -> Page {
        try await self.read(requestID, from: "last", count: count)
    }

    /// Whether the stream has a record with that id.
    ///
    /// - Throws: `RedisError`.
    func record(of requestID: Identifier, at id: EntryID) async throws(RedisError) -> LogRecord? {
        let command = RedisCommand("XRANGE", self.keys(of: requestID).stream, "\(id)", "\(id)")
        return Self.records(in: try await self.redis.send(command), requestID: requestID).first
    }

    /// How a stream is expected to stand.
    struct Expectation: Sendable, Hashable {
        /// The run.
        var requestID: Identifier

        /// The id of the last entry.
        var lastID: EntryID

        /// How many entries the stream ever took.
        var entriesAdded: Int
    }

    /// How many streams are asked about at once. Redis does nothing else meanwhile, about 5 µs for each.
    static let expectationsAtOnce = 64

    /// Which streams do not stand as expected, as indices. One that is not there has nothing to read, and counts as
    /// unchanged.
    ///
    /// - Throws: `RedisError`.
    func changed(_ expectations: [Expectation]) async throws(RedisError) -> [Int] {
        let reply = try await self.redis.evaluate(
            Self.comparison,
            keys: expectations.map { self.keys(of: $0.requestID).stream },
            arguments: expectations.flatMap { [$0.lastID.description, String($0.entriesAdded)] }
        )
        return (reply.array ?? []).compactMap { $0.integer.map { Int($0) - 1 } }
    }

    private static let comparison = RedisScript(
        """
        local changed = {}
        for i, key in ipairs(KEYS) do
            local info = redis.pcall('XINFO', 'STREAM', key)
            local last, added = '0-0', -1
            for j = 1, #info, 2 do
                if info[j] == 'last-generated-id' then last = info[j + 1] end
                if info[j] == 'entries-added' then added = info[j + 1] end
            end
            if info.err then
                if not string.find(info.err, 'no such key', 1, true) then changed[#changed + 1] = i end
            elseif last ~= ARGV[2 * i - 1] or (added >= 0 and added ~= tonumber(ARGV[2 * i])) then
                changed[#changed + 1] = i
            end
        end
        return changed
        """
    )

    private func read(_ requestID: Identifier, from start: String, count: Int) async throws(RedisError) -> Page {
        let keys = [self.keys(of: requestID).stream]
        let reply = try await self.redis.evaluate(Self.script, keys: keys, arguments: [start, String(count)])
        guard let parts = reply.array, parts.count == 3, let added = parts[1].integer else {
            throw RedisError(.protocolError, "the stream's page is no page")
        }
        let records = Self.records(in: parts[2], requestID: requestID)
        return Page(
            records: records,
            lastID: parts[0].string.flatMap { EntryID($0) },
            entriesAdded: added < 0 ? nil : Int(added),
            isFull: (parts[2].array?.count ?? 0) >= count
        )
    }

    /// The stream's counters and its entries as of the same moment, so that the one can be checked by the other.
    private static let script = RedisScript(
        """
        local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if info.err then
            if string.find(info.err, 'no such key', 1, true) then return {'', -1, {}} end
            return info
        end
        local last, added = '0-0', -1
        for i = 1, #info, 2 do
            if info[i] == 'last-generated-id' then last = info[i + 1] end
            if info[i] == 'entries-added' then added = info[i + 1] end
        end
        if ARGV[1] == 'last' then
            return {last, added, redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[2])}
        end
        return {last, added, redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])}
        """
    )

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

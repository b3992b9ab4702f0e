//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
public import Redis

/// Reads records from the Redis streams of runs and batches.
public struct StreamReader: Sendable {
    /// How many records are read at once. Long histories are read page by page, not into memory as a whole.
    public static let pageSize = 500

    /// How many bytes of fields a page has at most, but for the entry that goes beyond. A viewer that does not read holds
    /// one page.
    static let pageBytes = 96 << 10

    /// The same for the first look into a stream: no more than the ring keeps.
    static let initialBytes = 1 << 20

    private let redis: RedisClient
    let prefix: String

    /// A reader of the streams with a prefix (`REDIS_STREAM`).
    public init(redis: RedisClient, prefix: String) {
        self.redis = redis
        self.prefix = prefix
    }

    /// The name of the stream and of the channel in Redis.
    func stream(of name: TopicName) -> String { name.stream(prefix: self.prefix) }

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
    func page(of name: TopicName, after id: EntryID) async throws(RedisError) -> Page {
        try await self.read(name, from: id.description, count: Self.pageSize, bytes: Self.pageBytes)
    }

    /// The last records, the newest first, as far as the ring may keep them.
    ///
    /// - Throws: `RedisError`.
    func last(_ count: Int, of name: TopicName) async throws(RedisError) -> Page {
        try await self.read(name, from: "last", count: count, bytes: Self.initialBytes)
    }

    /// The id of the oldest of the last so many records; `nil` when there are none.
    ///
    /// - Throws: `RedisError`.
    func oldest(ofLast count: Int, of name: TopicName) async throws(RedisError) -> EntryID? {
        let keys = [self.stream(of: name)]
        let reply = try await self.redis.evaluate(Self.oldestScript, keys: keys, arguments: [String(count)])
        return reply.string.flatMap { EntryID($0) }
    }

    private static let oldestScript = RedisScript(
        """
        local entries = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', ARGV[1])
        return #entries > 0 and entries[#entries][1] or ''
        """
    )

    /// Whether the stream has a record with that id.
    ///
    /// - Throws: `RedisError`.
    func record(of name: TopicName, at id: EntryID) async throws(RedisError) -> LogRecord? {
        let command = RedisCommand("XRANGE", self.stream(of: name), "\(id)", "\(id)")
        return Self.records(in: try await self.redis.send(command), name: name).first
    }

    /// How a stream is expected to stand.
    struct Expectation: Sendable, Hashable {
        /// Whose stream it is.
        var name: TopicName

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
            keys: expectations.map { self.stream(of: $0.name) },
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

    private func read(
        _ name: TopicName,
        from start: String,
        count: Int,
        bytes: Int
    ) async throws(RedisError) -> Page {
        let keys = [self.stream(of: name)]
        let arguments = [start, String(count), String(bytes)]
        let reply = try await self.redis.evaluate(Self.script, keys: keys, arguments: arguments)
        guard let parts = reply.array, parts.count == 4, let added = parts[1].integer else {
            throw RedisError(.protocolError, "the stream's page is no page")
        }
        let records = Self.records(in: parts[2], name: name)
        return Page(
            records: records,
            lastID: parts[0].string.flatMap { EntryID($0) },
            entriesAdded: added < 0 ? nil : Int(added),
            isFull: parts[3].integer == 1
        )
    }

    /// The stream's counters and its entries as of the same moment, so that the one can be checked by the other. Entries
    /// are read a hundred at a time, until there are enough of them or of their bytes.
    private static let script = RedisScript(
        """
        local info = redis.pcall('XINFO', 'STREAM', KEYS[1])
        if info.err then
            if string.find(info.err, 'no such key', 1, true) then return {'', -1, {}, 0} end
            return info
        end
        local last, added = '0-0', -1
        for i = 1, #info, 2 do
            if info[i] == 'last-generated-id' then last = info[i + 1] end
            if info[i] == 'entries-added' then added = info[i + 1] end
        end
        local isBackward = ARGV[1] == 'last'
        local command, from, to = 'XRANGE', '(' .. ARGV[1], '+'
        if isBackward then command, from, to = 'XREVRANGE', '+', '-' end
        local left, bytes = tonumber(ARGV[2]), tonumber(ARGV[3])
        local entries = {}
        while left > 0 and bytes > 0 do
            local count = math.min(left, 100)
            local page = redis.call(command, KEYS[1], from, to, 'COUNT', count)
            for _, entry in ipairs(page) do
                entries[#entries + 1] = entry
                for _, text in ipairs(entry[2]) do bytes = bytes - #text end
                if bytes <= 0 then break end
            end
            if #page < count and bytes > 0 then return {last, added, entries, 0} end
            left = left - count
            from = '(' .. entries[#entries][1]
        end
        return {last, added, entries, 1}
        """
    )

    /// An entry is `[id, [name, value, name, value, …]]`. What is not is passed over.
    private static func records(in reply: RESPValue, name: TopicName) -> [LogRecord] {
        (reply.array ?? []).compactMap { entry in
            guard let parts = entry.array, parts.count == 2, let id = parts[0].string.flatMap({ EntryID($0) }),
                let flat = parts[1].array
            else { return nil }
            let fields = stride(from: 0, to: flat.count - 1, by: 2).map { index in
                (name: flat[index].string ?? "", value: flat[index + 1].string ?? "")
            }
            return LogRecord(id: id, fields: fields, requestID: Self.requestID(in: fields, name: name))
        }
    }

    /// A run's stream has only its own records, whatever they say of themselves. One of a batch says whose it is.
    private static func requestID(in fields: [(name: String, value: String)], name: TopicName) -> Identifier {
        guard case .batch(let batchID) = name else { return name.identifier }
        return fields.first { $0.name == "request_id" }.flatMap { Identifier(rawValue: $0.value) } ?? batchID
    }
}

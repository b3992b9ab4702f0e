//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import NIOCore
package import Redis

/// Reads records from the Redis streams of runs and batches.
package struct StreamReader: Sendable {
    /// How many records are read at once. Long histories are read page by page, not into memory as a whole.
    package static let pageSize = 500

    /// How many bytes of fields a page has at most, but for the entry that goes beyond. A viewer that does not read holds
    /// one page.
    static let pageBytes = 96 << 10

    /// The same for the first look into a stream: no more than the ring keeps.
    static let initialBytes = 1 << 20

    /// About how many bytes are passed over at once when records are counted.
    static let stepBytes = 1 << 20

    /// How many streams are looked into at once.
    static let looksAtOnce = 64

    /// What is too large to be delivered, and to be read by scripts.
    struct Limits: Sendable {
        /// How many bytes of an entry are delivered at most; of one beyond, values are left out.
        var value = 8 << 20

        /// From how much memory on a stream is heavy: it may have an entry with which a script would hold up Redis.
        var stream: Int { 2 * value }
    }

    /// What came of reading a stream.
    enum Reading<Value: Sendable>: Sendable {
        case value(Value)

        /// It was not read, as it is heavy.
        case heavy(Heavy)
    }

    let redis: RedisClient
    let ledger: LossLedger
    let heavyRedis: RedisClient
    let prefix: String
    let limits: Limits
    let large = LargeEntries()
    let ahead = ReadAhead()

    /// A reader of the streams with a prefix (`REDIS_STREAM`).
    ///
    /// - Parameters:
    ///   - redis: Reads all streams that are not heavy, by scripts.
    ///   - heavyRedis: Reads those that are. Its `largestReply` has to be `largestValue`.
    ///   - largestValue: How many bytes of an entry are delivered at most, 1024 or more; of one beyond, values are left
    ///     out.
    package init(redis: RedisClient, heavyRedis: RedisClient, prefix: String, largestValue: Int) {
        self.redis = redis
        ledger = LossLedger(redis: redis, prefix: prefix)
        self.heavyRedis = heavyRedis
        self.prefix = prefix
        limits = Limits(value: largestValue)
    }

    /// The name of the stream and of the channel in Redis.
    func stream(of name: Subject) -> String { Keyspace(prefix: prefix).stream(of: name) }

    /// The last records of a stream, as far as the ring may keep them.
    ///
    /// - Throws: `RedisError`.
    func last(_ count: Int, of name: Subject) async throws(RedisError) -> Reading<StreamPage> {
        let reply = try await redis.evaluate(
            StreamScripts.loading,
            keys: [stream(of: name)],
            arguments: [count, Self.initialBytes, limits.stream]
        )
        if let heavy = Self.heavy(reply) { return .heavy(heavy) }
        guard var page = try self.page(reply, name: name) else { return .heavy(Heavy(usage: 0)) }
        page.records.reverse()
        return .value(page)
    }

    /// What follows ids in several streams, at most ``looksAtOnce``.
    ///
    /// - Returns: For each a page, `nil` when nothing is new, or why it could not be read.
    /// - Throws: `RedisError` when none could be read.
    func look(
        _ looks: [(name: Subject, expectation: StreamExpectation)]
    ) async throws(RedisError) -> [Result<Reading<StreamPage?>, RedisError>] {
        var arguments: [any RedisArgument] = [Self.pageSize, Self.pageBytes, limits.stream]
        for (_, expectation) in looks {
            arguments.append(expectation.id.description)
            arguments.append(expectation.added ?? -1)
        }
        let reply = try await redis.evaluate(
            StreamScripts.looking,
            keys: looks.map { stream(of: $0.name) },
            arguments: arguments
        )
        guard var replies = reply.array, !replies.isEmpty else { throw Self.unexpected }
        // Those that had no room in the reply are read one by one.
        while replies.count < looks.count { replies.append(.omitted(byteCount: 0)) }
        var readings: [Result<Reading<StreamPage?>, RedisError>] = []
        for (look, reply) in zip(looks, replies) {
            do throws(RedisError) {
                readings.append(.success(try await reading(reply, of: look.name, after: look.expectation.id)))
            } catch {
                readings.append(.failure(error))
            }
        }
        return readings
    }

    private func reading(
        _ reply: RESPValue,
        of name: Subject,
        after id: EntryID
    ) async throws(RedisError) -> Reading<StreamPage?> {
        if case .error(let message) = reply { throw RedisError(.serverError, message) }
        if reply.integer == 0 { return .value(nil) }
        if let heavy = Self.heavy(reply) { return .heavy(heavy) }
        guard let page = try self.page(reply, name: name) else { return .heavy(Heavy(usage: 0)) }
        return .value(try await complete(page, isEmpty: page.records.isEmpty, after: id))
    }

    /// Adds what was lost to a page of a stream that ends before the id, or does not know it.
    func complete(_ page: StreamPage, isEmpty: Bool, after id: EntryID) async throws(RedisError) -> StreamPage {
        let endsBefore = isEmpty && page.lastID.map { $0 < id } ?? false
        guard endsBefore || page.anchor == .unknown else { return page }
        var page = page
        page.losses = try await ledger.losses()
        return page
    }

    /// The page that a viewer asks for.
    ///
    /// - Parameter readsAhead: Whether the next one is asked for at the same time.
    /// - Throws: `RedisError`.
    func page(for request: PageRequest, readsAhead: Bool = false) async throws(RedisError) -> Reading<EncodedPage> {
        var request = request
        if let count = request.tail {
            switch try await position(ofLast: count, of: request.name) {
            case .value(let id): request.position.id = id
            case .heavy(let heavy): return .heavy(heavy)
            }
        }
        let asksForNumbers = request.isUnchecked && request.position.id != .zero
        var reply = asksForNumbers ? nil : await ahead.take(ReadAhead.Question(request))
        if reply == nil {
            reply = try await redis.evaluate(
                StreamScripts.paging,
                keys: [stream(of: request.name)],
                arguments: [
                    request.position.id.description, Self.pageSize, Self.pageBytes,
                    asksForNumbers ? request.name.numberField : "", limits.stream,
                ]
            )
        }
        guard let reply else { throw Self.unexpected }
        if let heavy = Self.heavy(reply) { return .heavy(heavy) }
        guard let (page, entries) = try parts(of: reply) else { return .heavy(Heavy(usage: 0)) }
        if readsAhead, page.isFull { readAhead(of: request, behind: entries) }
        guard let events = encode(entries, of: request.name) else { return .heavy(Heavy(usage: 0)) }
        let whole = try await complete(page, isEmpty: events.frames.isEmpty, after: request.position.id)
        let encoder = FrameEncoder(name: request.name, prefix: prefix)
        return .value(EncodedPage(whole, events, for: request, encoder: encoder))
    }

    /// Encodes entries; `nil` where one is too large, or had no room in the reply.
    private func encode(_ entries: [RESPValue], of name: Subject) -> EncodedRecords? {
        let encoder = FrameEncoder(name: name, prefix: prefix)
        var fast = EntryEncoder(name: name, prefix: prefix)
        var events = EncodedRecords()
        for entry in entries where !events.append({ fast.append(entry, largest: limits.value, to: &$0) }) {
            switch record(entry, of: name) {
            case .value(let record?): events.append { encoder.append(record, to: &$0) }
            case .value(nil): break
            case .heavy: return nil
            }
        }
        return events
    }

    /// Encodes the records of a page.
    func encode(_ page: StreamPage, for request: PageRequest) -> EncodedPage {
        EncodedPage(page, for: request, encoder: FrameEncoder(name: request.name, prefix: prefix))
    }

    /// The id in front of a stream's last records. They are counted a few hundred at a time, so that Redis does
    /// something else in between.
    private func position(ofLast count: Int, of name: Subject) async throws(RedisError) -> Reading<EntryID> {
        var left = count
        var oldest: EntryID?
        while left > 0 {
            let reply = try await redis.evaluate(
                StreamScripts.stepping,
                keys: [stream(of: name)],
                arguments: [
                    oldest.map { "(\($0)" } ?? "+", min(left, Self.pageSize), Self.stepBytes, limits.stream,
                ]
            )
            if let heavy = Self.heavy(reply) { return .heavy(heavy) }
            let (found, id, isBeginning) = try reply.elements(Int.self, String?.self, Bool.self)
            if let id = id.flatMap({ EntryID($0) }) { oldest = id }
            if isBeginning || found <= 0 { return .value(.zero) }
            left -= found
        }
        return .value(oldest?.predecessor ?? .zero)
    }

    // MARK: Replies

    private static let unexpected = RedisError(.protocolError, "Redis has answered something else than was asked for")

    /// The greatest counter that is believed.
    private static let greatestCount = 1 << 53

    /// A script gives a stream's memory in place of what it was asked for.
    private static func heavy(_ reply: RESPValue) -> Heavy? {
        guard case .integer(let usage) = reply else { return nil }
        return Heavy(usage: Int(clamping: usage))
    }

    /// A page with its records; `nil` where an entry is too large, or had no room in the reply.
    private func page(_ reply: RESPValue, name: Subject) throws(RedisError) -> StreamPage? {
        guard let (known, entries) = try parts(of: reply) else { return nil }
        var page = known
        page.records.reserveCapacity(entries.count)
        for entry in entries {
            switch record(entry, of: name) {
            case .value(let record?): page.records.append(record)
            case .value(nil): break
            case .heavy: return nil
            }
        }
        return page
    }

    /// The record of an entry; heavy where it is too large, or had no room in the reply, and no value for what is no entry.
    private func record(_ reply: RESPValue, of name: Subject) -> Reading<LogRecord?> {
        guard let entry = StreamEntry(reply) else {
            return StreamEntry.isCut(reply) ? .heavy(Heavy(usage: 0)) : .value(nil)
        }
        guard entry.leftOut.isEmpty, entry.bytes <= limits.value else { return .heavy(Heavy(usage: 0)) }
        return .value(entry.record(of: name))
    }

    /// A page is `[anchor, last id, entries-added, entries, is full, gone]`, and `[…, number]` where that was asked for.
    ///
    /// - Returns: What is known of the stream, without records, and the entries; `nil` where some had no room in the reply.
    private func parts(of reply: RESPValue) throws(RedisError) -> (page: StreamPage, entries: [RESPValue])? {
        if StreamEntry.isCut(reply) { return nil }
        guard let parts = reply.array, parts.count >= 6, let anchor = parts[0].integer, let isFull = parts[4].integer
        else { throw Self.unexpected }
        // A counter may be greater than 64 bits hold.
        func count(_ part: RESPValue) -> Int? {
            part.integer.flatMap { (0...Self.greatestCount).contains(Int($0)) ? Int($0) : nil }
        }
        var page = StreamPage(records: [])
        page.isFull = isFull != 0
        page.lastID = parts[1].string.flatMap { EntryID($0) }
        page.added = count(parts[2])
        page.anchor = anchor == 0 ? .present : anchor == 1 ? .deleted : anchor == 2 ? .trimmed : .unknown
        page.gone = count(parts[5])
        if anchor < 2, parts.count > 6, let number = count(parts[6]) {
            page.count = anchor == 0 ? .last(number) : .behindGone(.last(number))
        }
        return (page, parts[3].array ?? [])
    }
}

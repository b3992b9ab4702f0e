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

    /// How many streams are looked into at once.
    static let looksAtOnce = 64

    private let redis: RedisClient
    let ledger: LossLedger
    let prefix: String

    /// A reader of the streams with a prefix (`REDIS_STREAM`).
    public init(redis: RedisClient, prefix: String) {
        self.redis = redis
        self.ledger = LossLedger(redis: redis, prefix: prefix)
        self.prefix = prefix
    }

    /// The name of the stream and of the channel in Redis.
    func stream(of name: TopicName) -> String { name.stream(prefix: self.prefix) }

    /// The last records of a stream, as far as the ring may keep them.
    ///
    /// - Throws: `RedisError`.
    func last(_ count: Int, of name: TopicName) async throws(RedisError) -> StreamPage {
        let reply = try await self.redis.evaluate(
            StreamScripts.loading,
            keys: [self.stream(of: name)],
            arguments: [count, Self.initialBytes]
        )
        var page = try Self.page(reply, name: name)
        page.records.reverse()
        return page
    }

    /// What follows ids in several streams, at most ``looksAtOnce``.
    ///
    /// - Returns: For each a page, `nil` when nothing is new, or why it could not be read.
    /// - Throws: `RedisError` when none could be read.
    func look(
        _ looks: [(name: TopicName, expectation: StreamExpectation)]
    ) async throws(RedisError) -> [Result<StreamPage?, RedisError>] {
        var arguments: [any RedisArgument] = [Self.pageSize, Self.pageBytes]
        for (_, expectation) in looks {
            arguments.append(expectation.id.description)
            arguments.append(expectation.added ?? -1)
        }
        let reply = try await self.redis.evaluate(
            StreamScripts.looking,
            keys: looks.map { self.stream(of: $0.name) },
            arguments: arguments
        )
        guard let replies = reply.array, replies.count == looks.count else { throw Self.unexpected }
        var pages: [Result<StreamPage?, RedisError>] = []
        for (look, reply) in zip(looks, replies) {
            do throws(RedisError) {
                if case .error(let message) = reply { throw RedisError(.serverError, message) }
                let page = reply.integer == 0 ? nil : try Self.page(reply, name: look.name)
                pages.append(.success(try await self.complete(page, after: look.expectation.id)))
            } catch {
                pages.append(.failure(error))
            }
        }
        return pages
    }

    /// Adds what was lost to a page of a stream that ends before the id.
    private func complete(_ page: StreamPage?, after id: EntryID) async throws(RedisError) -> StreamPage? {
        guard var page, page.records.isEmpty, let lastID = page.lastID, lastID < id else { return page }
        page.losses = try await self.ledger.losses()
        return page
    }

    /// The page that a viewer asks for.
    ///
    /// - Throws: `RedisError`.
    func page(for request: PageRequest) async throws(RedisError) -> EncodedPage {
        var request = request
        if let count = request.tail { request.position.id = try await self.position(ofLast: count, of: request.name) }
        let asksForNumbers = request.isUnchecked && request.position.id != .zero
        let arguments: [any RedisArgument] = [
            request.position.id.description, Self.pageSize, Self.pageBytes,
            asksForNumbers ? request.name.numberField : "",
        ]
        let reply = try await self.redis.evaluate(
            StreamScripts.paging,
            keys: [self.stream(of: request.name)],
            arguments: arguments
        )
        let read = try Self.page(reply, name: request.name)
        let page = try await self.complete(read, after: request.position.id) ?? read
        return EncodedPage(page, for: request, encoder: FrameEncoder(name: request.name, prefix: self.prefix))
    }

    /// The id in front of a stream's last records. They are counted a few hundred at a time, so that Redis does
    /// something else in between.
    private func position(ofLast count: Int, of name: TopicName) async throws(RedisError) -> EntryID {
        var left = count
        var oldest: EntryID?
        while left > 0 {
            let step = min(left, Self.pageSize)
            let reply = try await self.redis.evaluate(
                StreamScripts.stepping,
                keys: [self.stream(of: name)],
                arguments: [oldest.map { "(\($0)" } ?? "+", step]
            )
            guard let parts = reply.array, parts.count == 2, let found = parts[0].integer else { throw Self.unexpected }
            if let id = parts[1].string.flatMap({ EntryID($0) }) { oldest = id }
            if found < step { return .zero }
            left -= step
        }
        return oldest?.predecessor ?? .zero
    }

    // MARK: Replies

    private static let unexpected = RedisError(.protocolError, "Redis has answered something else than was asked for")

    /// The greatest counter that is taken for one: beyond it, what Redis says makes no sense.
    private static let greatestCount: Int64 = 1 << 53

    /// A page is `[anchor, last id, entries-added, entries, is full, gone]`, and `[…, number]` where that was asked for.
    private static func page(_ reply: RESPValue, name: TopicName) throws(RedisError) -> StreamPage {
        guard let parts = reply.array, parts.count >= 5, let anchor = parts[0].integer else { throw Self.unexpected }
        var page = StreamPage(records: Self.records(in: parts[3], name: name))
        page.isFull = parts[4].integer == 1
        page.lastID = parts[1].string.flatMap { EntryID($0) }
        if let added = parts[2].integer, (0...Self.greatestCount).contains(added) { page.added = Int(added) }
        page.anchor = anchor == 0 ? .present : anchor == 1 ? .deleted : .trimmed
        if parts.count > 5, let gone = parts[5].integer, (0...Self.greatestCount).contains(gone) {
            page.gone = Int(gone)
        }
        if parts.count > 6, let number = parts[6].integer, (0...Self.greatestCount).contains(number) {
            page.count = anchor == 0 ? .last(Int(number)) : .lastOrNext(Int(number))
        }
        return page
    }

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

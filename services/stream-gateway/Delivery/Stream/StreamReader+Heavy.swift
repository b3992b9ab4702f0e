//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis

/// Reading streams that may have entries of many megabytes. A script would hold up Redis for seconds with one, so plain
/// commands read them, on a connection of their own that leaves out what is too large.
extension StreamReader {
    /// The last record of a heavy stream.
    ///
    /// - Throws: `RedisError`.
    func last(of name: Subject, heavy: Heavy) async throws(RedisError) -> StreamPage {
        settle(heavy, of: name)
        let large = self.large.with(name) { $0.last(upTo: .greatest) }
        let answers = try await send([self.info(name), range(name, before: nil, large: large, count: 1)])
        let info = self.info(in: answers[0], of: name)
        var page = StreamPage(records: try records(in: answers[1], of: name, asked: 1).records)
        if page.records.isEmpty, let large { page.records = [large.record] }
        page.isFull = !page.records.isEmpty
        page.lastID = info?.lastID ?? page.records.last?.id
        if page.lastID == page.records.last?.id { page.added = info?.added }
        return page
    }

    /// What follows an id in a heavy stream.
    ///
    /// - Returns: `nil` when nothing is new.
    /// - Throws: `RedisError`.
    func look(
        _ name: Subject,
        _ expectation: StreamExpectation,
        heavy: Heavy
    ) async throws(RedisError) -> StreamPage? {
        let (page, info) = try await self.page(behind: expectation.id, of: name, heavy: heavy)
        guard page.records.isEmpty else { return page }
        guard let info, info.lastID != expectation.id || expectation.added.map({ $0 != info.added }) ?? false
        else { return nil }
        return page
    }

    /// The page of a heavy stream that a viewer asks for.
    ///
    /// - Throws: `RedisError`.
    func page(for request: PageRequest, heavy: Heavy) async throws(RedisError) -> EncodedPage {
        var request = request
        if let count = request.tail {
            request.position.id = try await position(ofLast: count, of: request.name, heavy: heavy)
        }
        var (page, info) = try await self.page(behind: request.position.id, of: request.name, heavy: heavy)
        page.lastID = info?.lastID
        if request.position.id == .zero || page.records.isEmpty, let added = info?.added, let length = info?.length {
            page.gone = max(0, added - length)
        }
        if request.isUnchecked, request.position.id != .zero, page.anchor != .trimmed,
            let number = try await self.number(upTo: request.position.id, of: request.name)
        {
            page.count = page.anchor == .present ? .last(number) : .behindGone(.last(number))
        }
        return encode(page, for: request)
    }

    private func page(
        behind id: EntryID,
        of name: Subject,
        heavy: Heavy
    ) async throws(RedisError) -> (page: StreamPage, info: StreamInfo?) {
        settle(heavy, of: name)
        let (next, isLarge, count) = large.with(name) { known in
            (known.next(after: id), known.last(upTo: id)?.id == id, known.count)
        }
        // In this order: what comes in between may be read, and is not passed over.
        let answers = try await send([
            self.info(name),
            RedisCommand("XRANGE", stream(of: name), "(\(id)", next.map { "(\($0.id)" } ?? "+", "COUNT", count),
            isLarge || id == .zero ? nil : RedisCommand("XRANGE", stream(of: name), "\(id)", "\(id)"),
        ])
        let info = self.info(in: answers[0], of: name)
        let (records, isCut) = try self.records(in: answers[1], of: name, asked: count)
        let anchor = try self.records(in: answers[2], of: name).records
        let isPresent = isLarge || id == .zero || !anchor.isEmpty
        var page = StreamPage(records: records, isFull: isCut || records.count == count)
        if let next, !page.isFull {
            page.records.append(next.record)
            page.isFull = true
        }
        let hasOlder = (info?.firstID).map { $0 <= id } ?? (large.with(name) { $0.last(upTo: id) } != nil)
        page.anchor = isPresent ? .present : hasOlder ? .deleted : .trimmed
        if page.isFull { return (page, info) }
        page.lastID = info?.lastID
        // A counter that knows of other entries than were read would tell of a loss that is none.
        if page.records.isEmpty || page.records.last?.id == info?.lastID { page.added = info?.added }
        return (page, info)
    }

    /// The number of the last record up to an id; 0 before the first.
    private func number(upTo id: EntryID, of name: Subject) async throws(RedisError) -> Int? {
        let (large, count) = self.large.with(name) { ($0.last(upTo: id), min($0.count, 32)) }
        let command = RedisCommand(
            "XREVRANGE",
            [self.stream(of: name), "\(id)", large.map { "(\($0.id)" } ?? "-", "COUNT", count]
        )
        let (records, isCut) = try self.records(in: try await send([command])[0], of: name)
        for record in records { if let number = name.number(of: record) { return number } }
        if isCut || records.count == count { return nil }
        guard let large else { return 0 }
        return name.number(of: large.record)
    }

    /// The id in front of a heavy stream's last records.
    private func position(
        ofLast count: Int,
        of name: Subject,
        heavy: Heavy
    ) async throws(RedisError) -> EntryID {
        settle(heavy, of: name)
        var left = count
        var step = 1
        var oldest: EntryID?
        while left > 0 {
            let (large, most) = self.large.with(name) { known in
                (known.last(upTo: oldest?.predecessor ?? .greatest), known.most)
            }
            let wanted = min(left, step)
            let command = range(name, before: oldest, large: large, count: wanted)
            let (entries, isCut) = try self.entries(in: try await send([command])[0], of: name)
            let bytes = entries.reduce(0) { $0 + $1.bytes }
            step = isCut || bytes > Self.stepBytes ? 1 : bytes < Self.stepBytes / 2 ? min(2 * step, most) : step
            left -= entries.count
            oldest = entries.last?.id ?? oldest
            if isCut || entries.count == wanted { continue }
            guard let large else { return .zero }
            left -= 1
            oldest = large.id
        }
        return oldest?.predecessor ?? .zero
    }

    // MARK: Commands and replies

    private func settle(_ heavy: Heavy, of name: Subject) {
        self.large.with(name) { $0.settle(usage: heavy.usage, jump: limits.stream) }
    }

    /// The counters of a stream, with its first entry; `nil` when that is too large to be asked for.
    private func info(_ name: Subject) -> RedisCommand? {
        if self.large.with(name, { $0.beginsWithLarge }) { return nil }
        return RedisCommand("XINFO", "STREAM", stream(of: name), "FULL", "COUNT", 1)
    }

    /// The entries in front of an id, the newest first, down to one that is known to be too large.
    private func range(
        _ name: Subject,
        before id: EntryID?,
        large: LargeEntries.Entry?,
        count: Int
    ) -> RedisCommand {
        let arguments: [any RedisArgument] = [
            stream(of: name), id.map { "(\($0)" } ?? "+", large.map { "(\($0.id)" } ?? "-", "COUNT", count,
        ]
        return RedisCommand("XREVRANGE", arguments)
    }

    /// - Returns: An answer to each command, `nil` where there is none.
    private func send(_ commands: [RedisCommand?]) async throws(RedisError) -> [Result<RESPValue, RedisError>?] {
        var answers = try await heavyRedis.pipeline(commands.compactMap(\.self))[...]
        return commands.map { $0 == nil ? nil : answers.popFirst() }
    }

    private func info(in answer: Result<RESPValue, RedisError>?, of name: Subject) -> StreamInfo? {
        guard case .success(let reply) = answer, let info = StreamInfo(reply) else { return nil }
        if let first = info.first, !first.leftOut.isEmpty {
            remember(first, of: name)
            large.with(name) { $0.beginsWithLarge = true }
        }
        return info
    }

    /// The records of a reply, in its order.
    ///
    /// - Parameter asked: How many entries were asked for, where their number and size are to be learned from.
    /// - Returns: The records, and whether others follow that had no room in the reply.
    private func records(
        in answer: Result<RESPValue, RedisError>?,
        of name: Subject,
        asked: Int? = nil
    ) throws(RedisError) -> (records: [LogRecord], isCut: Bool) {
        let (entries, isCut) = try self.entries(in: answer, of: name)
        if isCut || asked != nil {
            let bytes = isCut ? .max : entries.reduce(0) { $0 + $1.bytes }
            large.with(name) { $0.read(entries.count, bytes: bytes) }
        }
        return (entries.map { $0.record(of: name) }, isCut)
    }

    private func entries(
        in answer: Result<RESPValue, RedisError>?,
        of name: Subject
    ) throws(RedisError) -> (entries: [StreamEntry], isCut: Bool) {
        guard let answer else { return ([], false) }
        var entries: [StreamEntry] = []
        for reply in try answer.get().array ?? [] {
            guard let entry = StreamEntry(reply) else {
                if StreamEntry.isCut(reply) { return (entries, true) }
                continue
            }
            // Where the entry by itself is not too large, the ones in front of it took its room. It is read alone next.
            if !entry.leftOut.isEmpty, !entries.isEmpty, entry.bytes <= limits.value { return (entries, true) }
            if !entry.leftOut.isEmpty { remember(entry, of: name) }
            entries.append(entry)
        }
        return (entries, false)
    }

    private func remember(_ entry: StreamEntry, of name: Subject) {
        let large = LargeEntries.Entry(record: entry.record(of: name), id: entry.id, bytes: entry.bytes)
        self.large.with(name) { $0.add(large) }
    }
}

/// What is known of a stream that no script may read.
struct Heavy: Sendable {
    /// How much memory it takes, in bytes; 0 when that is not known.
    var usage: Int
}

/// What Redis says of a stream as a whole.
private struct StreamInfo {
    var lastID: EntryID

    /// How many entries it ever took; `nil` before Redis 7.
    var added: Int?
    var length: Int?
    var first: StreamEntry?
    var firstID: EntryID? { first?.id }

    /// Reads the reply to `XINFO STREAM FULL`.
    init?(_ reply: RESPValue) {
        let flat = reply.array ?? []
        var members: [String: RESPValue] = [:]
        for index in stride(from: 0, to: flat.count - 1, by: 2) { members[flat[index].string ?? ""] = flat[index + 1] }
        guard let lastID = members["last-generated-id"]?.string.flatMap({ EntryID($0) }) else { return nil }
        self.lastID = lastID
        self.added = members["entries-added"]?.integer.flatMap { Int(exactly: $0) }
        self.length = members["length"]?.integer.flatMap { Int(exactly: $0) }
        first = members["entries"]?.array?.first.flatMap { StreamEntry($0) }
    }
}

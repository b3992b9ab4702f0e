//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis

/// Reads the pages that follow the first without a script, which copies each text of each entry twice.
extension StreamReader {
    /// Asks for the page behind one that was full.
    ///
    /// - Parameter entries: Those of the page before. As many are asked for as a page has of that size.
    func readAhead(of request: PageRequest, behind entries: [RESPValue]) {
        guard let last = entries.last.flatMap(StreamEntry.id(of:)), last < request.read else { return }
        let bytes = entries.reduce(0) { $0 + Self.bytes(of: $1) }
        let (name, count) = (request.name, min(Self.pageSize, 1 + Self.pageBytes * entries.count / max(1, bytes)))
        ahead.begin(ReadAhead.Question(request, after: last)) { () throws(RedisError) in
            try await self.next(in: self.stream(of: name), after: last, count: count)
        }
    }

    /// A page in the form of `page.lua`, as of one moment.
    private func next(in key: String, after id: EntryID, count: Int) async throws(RedisError) -> RESPValue {
        let arguments: [any RedisArgument] = [id.description, limits.stream]
        let script = StreamScripts.placing
        var reply = try await entries(with: script.evalshaCommand(keys: [key], arguments: arguments), key, id, count)
        if case .error(let text) = reply.first, text.hasPrefix("NOSCRIPT") {
            reply = try await entries(with: script.evalCommand(keys: [key], arguments: arguments), key, id, count)
        }
        guard reply.count == 2, let place = reply[0].array, place.count == 3, let entries = reply[1].array,
            !StreamEntry.isCut(reply[1])
        else { throw RedisError(.protocolError, "Redis has answered something else than was asked for") }
        let fitting = Self.fitting(entries)
        let isFull = fitting.count == count || fitting.count < entries.count
        return .array([
            place[0], place[1], .integer(-1), .array(Array(fitting)), .integer(isFull ? 1 : 0), place[2],
        ])
    }

    private func entries(
        with script: RedisCommand,
        _ key: String,
        _ id: EntryID,
        _ count: Int
    ) async throws(RedisError) -> [RESPValue] {
        let commands = [
            RedisCommand("MULTI"), script, RedisCommand("XRANGE", key, "(\(id)", "+", "COUNT", count),
            RedisCommand("EXEC"),
        ]
        return try await redis.pipeline(commands).last?.get().array ?? []
    }

    /// Entries up to the one that goes beyond the bytes of a page.
    private static func fitting(_ entries: [RESPValue]) -> ArraySlice<RESPValue> {
        var left = pageBytes
        for (index, entry) in entries.enumerated() {
            left -= bytes(of: entry)
            if left <= 0 { return entries[...index] }
        }
        return entries[...]
    }

    /// How many bytes the fields of an entry have.
    private static func bytes(of entry: RESPValue) -> Int {
        (entry.array?.last?.array ?? []).reduce(0) { $0 + ($1.buffer?.readableBytes ?? 0) }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Keys
import Redis

/// Which runs to list.
struct RunFilter: Sendable, Equatable {
    var status: RunStatus?
    var sessionID: Identifier?
    var batchID: Identifier?
    /// Whoever asks; `nil` may see every run.
    var token: AccessToken?

    /// Whether a run is one of them.
    func passes(_ run: Run) -> Bool {
        (status.map { $0 == run.status } ?? true)
            && (sessionID.map { $0 == run.sessionID } ?? true)
            && (batchID.map { $0 == run.batchID } ?? true)
            && (token?.allows(.view, on: run.names) ?? true)
    }
}

extension RunStore {
    /// How many runs are looked at for one page, at most: a filter that nothing passes must not read all of Redis.
    private static let longestSearch = 5000
    private static let stride = 250

    /// Lists runs, the newest first.
    ///
    /// - Parameters:
    ///   - last: The run behind which to begin; `nil` to begin with the newest.
    ///   - limit: The most runs of a page, 1 or more. A page may have fewer, and yet not be the last.
    /// - Returns: `nil` when the run to begin behind is not in the list any more.
    /// - Throws: `RedisError`.
    func list(_ filter: RunFilter, after last: Identifier?, limit: Int) async throws(RedisError) -> RunPage? {
        let key = database.keys.runs
        var rank = 0
        if let last {
            if let token = filter.token {
                let names = try await runs([last]).first?.names
                guard token.allows(.view, on: names ?? RunNames(requestID: last)) else { return nil }
            }
            guard let found = try await redis.send(RedisCommand("ZREVRANK", key, last.rawValue)).as(Int?.self) else {
                return nil
            }
            rank = found + 1
        }
        var page = RunPage()
        var expired: [Identifier] = []
        let end = rank + Self.longestSearch
        search: while true {
            let range = RedisCommand("ZREVRANGE", key, "\(rank)", "\(rank + Self.stride - 1)")
            let names = try await redis.send(range).as([String].self).compactMap(Identifier.init(rawValue:))
            guard !names.isEmpty else {
                page.next = nil
                break
            }
            let known = try await self.runs(names)
            let runs = Dictionary(known.map { ($0.requestID, $0) }, uniquingKeysWith: { first, _ in first })
            for name in names {
                if page.runs.count == limit || rank >= end { break search }
                rank += 1
                page.next = name
                guard let run = runs[name] else {
                    expired.append(name)
                    continue
                }
                if filter.passes(run) { page.runs.append(run) }
            }
        }
        if page.next != nil, filter == RunFilter() {
            page.total = try await redis.send(RedisCommand("ZCARD", key)).as(Int.self)
        }
        if !expired.isEmpty {
            // The page must not end with one of them, from which nobody can go on.
            expired.removeAll { $0 == page.next }
            let members: [any RedisArgument] = [key] + expired.map(\.rawValue)
            if !expired.isEmpty { _ = try await redis.send(RedisCommand("ZREM", members)) }
        }
        return page
    }
}

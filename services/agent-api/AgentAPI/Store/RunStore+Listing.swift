//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Keys
import Redis

/// Which runs to list.
struct RunListFilter: Sendable, Equatable {
    var status: RunStatus?
    var sessionID: Identifier?
    var batchID: Identifier?
    /// Whoever asks; `nil` may see every run.
    var token: AccessToken?

    /// Whether a run matches the filter.
    func passes(_ run: Run) -> Bool {
        (status.map { $0 == run.status } ?? true)
            && (sessionID.map { $0 == run.sessionID } ?? true)
            && (batchID.map { $0 == run.batchID } ?? true)
            && (token?.allows(.view, on: run.names) ?? true)
    }
}

extension RunStore {
    /// The maximum number of runs examined for one page. A filter without matches must not read all of Redis.
    private static let longestSearch = 5000
    private static let stride = 250

    /// Lists runs, the newest first.
    ///
    /// - Parameters:
    ///   - last: The run after which to start; `nil` to start with the newest.
    ///   - limit: The maximum number of runs per page, 1 or more. A page may have fewer without being the last.
    /// - Returns: `nil` if the run after which to start is no longer in the list.
    /// - Throws: `RedisError`.
    func list(_ filter: RunListFilter, after last: Identifier?, limit: Int) async throws(RedisError) -> RunPage? {
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
        if page.next != nil, filter == RunListFilter() {
            page.total = try await redis.send(RedisCommand("ZCARD", key)).as(Int.self)
        }
        if !expired.isEmpty {
            // The page must not end with an expired run, since the next page could not start after it.
            expired.removeAll { $0 == page.next }
            let members: [any RedisArgument] = [key] + expired.map(\.rawValue)
            if !expired.isEmpty { _ = try await redis.send(RedisCommand("ZREM", members)) }
        }
        return page
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Postgres

/// Search over all runs.
extension PostgresArchive {
    /// How many matches are looked at for a page, and among how many of the newest ones a ranked search chooses.
    private static let candidates = (newest: 50_000, ranked: 10_000)

    private static let dialect = StoredDialect(action: "r.action", urlContains: "strpos(r.url, ?) > 0")

    package func search(_ query: SearchQuery) async throws(ArchiveError) -> SearchPage {
        let words = words.reading
        return try await find { connection in
            guard let text = query.text else { return try Self.list(query, connection) }
            guard let match = try words.query(text) else { return SearchPage() }
            var page: SearchPage
            switch query.order {
            case .newest: page = try Self.newest(query, match, connection)
            case .rank: page = try Self.ranked(query, match, connection)
            }
            let snippets = try words.snippets(text, in: page.hits.map(\.record.event))
            for index in page.hits.indices { page.hits[index].snippet = snippets[index] }
            return page
        }
    }

    private static let ofRun = "log = (SELECT number FROM log WHERE kind = 0 AND name = ?)"

    /// How many of the newest records are looked at one by one, before an index is asked.
    private static let window = 10_000

    /// Matches, the newest first.
    ///
    /// An index for words has no order: it gives all matches, and the newest of them are found by sorting. That is right for
    /// words that few records have, and far too much for others, of which a page is full after a few records. Which it
    /// is, the newest records tell; the planner's statistics know only common words.
    private static func newest(
        _ query: SearchQuery,
        _ match: String,
        _ connection: PostgresConnection
    ) throws -> SearchPage {
        let after = PagePlace.numbers(query.after).first ?? .max
        let isMatch = "words @@ ?::tsquery"
        func look(_ condition: String, _ values: [StoredValue], _ order: String) throws -> SearchPage {
            try page(
                of: "SELECT number FROM record WHERE \(condition) AND number < ? ORDER BY \(order) DESC",
                values + [.integer(after)],
                query,
                connection
            )
        }
        if let requestID = query.runs.requestID {
            return try look("\(ofRun) AND \(isMatch)", [.text(requestID.rawValue), .text(match)], "number + 0")
        }
        let latest = "SELECT number, words FROM record WHERE number < ? ORDER BY number DESC LIMIT \(window)"
        let near = try page(
            of: "SELECT number FROM (\(latest)) r WHERE \(isMatch) ORDER BY number DESC",
            [.integer(after), .text(match)],
            query,
            connection
        )
        if near.hits.count == query.limit { return near }
        let sample = try sample(of: match, below: after, connection)
        if sample.isAll { return near }
        if sample.expected <= candidates.newest {
            connection.hold(manyRows)
            // The order as it stands cannot be had from the table's own index.
            return try look(isMatch, [.text(match)], "number + 0")
        }
        connection.hold(PostgresStatement("SET LOCAL enable_bitmapscan = off"))
        return try look(isMatch, [.text(match)], "number")
    }

    /// With less, the rows that an index finds are known by their pages only, and all of those are looked through.
    private static let manyRows = PostgresStatement("SET LOCAL work_mem = '64MB'")

    /// How many records match, by the newest ones.
    ///
    /// - Returns: The number of matches to expect, and whether there are no records but those that were looked at.
    private static func sample(
        of match: String,
        below number: Int64,
        _ connection: PostgresConnection
    ) throws -> (expected: Int, isAll: Bool) {
        let counts = try connection.run([
            PostgresStatement(
                positional: """
                    SELECT count(*) AS records, count(*) FILTER (WHERE words @@ ?::tsquery) AS matches,
                        max(number) AS newest
                    FROM (SELECT number, words FROM record WHERE number < ? ORDER BY number DESC LIMIT \(window)) r
                    """,
                [.text(match), .integer(number)]
            )
        ])[0].first
        let matches = counts?.integer("matches") ?? 0
        let share = Double(matches + 1) / Double(window)
        return (Int(share * Double(counts?.integer("newest") ?? 0)), counts?.integer("records") ?? 0 < window)
    }

    /// What passes of the records that a statement finds, of which no more are looked at than ``candidates`` says.
    private static func page(
        of found: String,
        _ values: [StoredValue],
        _ query: SearchQuery,
        _ connection: PostgresConnection
    ) throws -> SearchPage {
        let filter = StoredFilter(query, dialect)
        let rows = try connection.run([
            PostgresStatement(
                positional: """
                    WITH found AS MATERIALIZED (\(found) LIMIT ?),
                        bound AS (SELECT count(*) AS seen, min(number) AS oldest FROM found)
                    SELECT bound.seen, bound.oldest, hit.*
                    FROM bound LEFT JOIN LATERAL (
                        SELECT r.number, l.name, \(ArchivedRecord.columns)
                        FROM found JOIN record r ON r.number = found.number JOIN log l ON l.number = r.log
                        WHERE \(filter.condition) ORDER BY r.number DESC LIMIT ?
                    ) hit ON TRUE ORDER BY hit.number DESC
                    """,
                values + [.integer(Int64(candidates.newest))] + filter.values + [.integer(Int64(query.limit))]
            )
        ])[0]
        var page = SearchPage()
        page.hits = rows.map { SearchHit($0) }.compactMap(\.self)
        var next: Int64?
        if rows.first?.integer("seen") == Int64(candidates.newest) { next = rows.first?.integer("oldest") }
        if page.hits.count == query.limit { next = rows[rows.count - 1].integer("number") }
        page.next = next.map { "\($0)" }
        return page
    }

    /// All records, by time.
    private static func list(_ query: SearchQuery, _ connection: PostgresConnection) throws -> SearchPage {
        let parts = PagePlace.numbers(query.after)
        let until = min(query.until?.milliseconds ?? .max, parts.first ?? .max)
        let bounds: [StoredValue] = [
            .integer(query.since?.milliseconds ?? .min), .integer(until), .integer(parts.count == 2 ? parts[1] : .max),
        ]
        let found = """
            SELECT number, time FROM record WHERE words IS NOT NULL AND time >= ? AND (time, number) < (?, ?)
            ORDER BY time DESC, number DESC
            """
        let filter = StoredFilter(query, dialect)
        let rows = try connection.run([
            PostgresStatement(
                positional: """
                    SELECT r.number, l.name, \(ArchivedRecord.columns)
                    FROM (\(found) LIMIT ?) f JOIN record r ON r.number = f.number JOIN log l ON l.number = r.log
                    WHERE \(filter.condition) ORDER BY f.time DESC, f.number DESC LIMIT ?
                    """,
                bounds + [.integer(Int64(candidates.newest))] + filter.values + [.integer(Int64(query.limit))]
            )
        ])[0]
        return try page(rows, limit: query.limit) { row in
            "\(row.integer("time") ?? 0).\(row.integer("number") ?? 0)"
        } rest: {
            try connection.run([
                PostgresStatement(
                    positional: "\(found) OFFSET ? LIMIT 1",
                    bounds + [.integer(Int64(candidates.newest - 1))]
                )
            ])[0]
        }
    }

    /// - Parameter rest: The last candidate, if there are as many as are looked at for a page.
    private static func page(
        _ rows: PostgresRows,
        limit: Int,
        cursor: (PostgresRow) -> String,
        rest: () throws -> PostgresRows
    ) throws -> SearchPage {
        var page = SearchPage()
        page.hits = rows.map { SearchHit($0) }.compactMap(\.self)
        let last = rows.count == limit ? rows[rows.count - 1] : try rest().first
        page.next = last.map(cursor)
        return page
    }

    /// The best matches among the newest ones.
    private static func ranked(
        _ query: SearchQuery,
        _ match: String,
        _ connection: PostgresConnection
    ) throws -> SearchPage {
        // The next page is of the same records, whatever comes meanwhile.
        let parts = PagePlace.numbers(query.after)
        let newest =
            try parts.first ?? connection.run("SELECT max(number) AS newest FROM record").first?.integer("newest") ?? 0
        let offset = parts.count == 2 ? max(0, Int(clamping: parts[1])) : 0
        var (order, isOfRun, run) = ("number", "", [StoredValue]())
        if let requestID = query.runs.requestID {
            // By the index of the run's records.
            (order, isOfRun, run) = ("number + 0", "AND \(ofRun)", [.text(requestID.rawValue)])
        } else if match.contains("<->"),
            // The planner takes a phrase to be as frequent as its words are together.
            try sample(of: match, below: max(newest, newest &+ 1), connection).expected <= candidates.newest
        {
            connection.hold(manyRows)
            order = "number + 0"
        }
        let filter = StoredFilter(query, dialect)
        let rows = try connection.run([
            PostgresStatement(
                positional: """
                    WITH hit AS MATERIALIZED (
                        SELECT r.number, ts_rank(r.words, ?::tsquery, 1) AS rank
                        FROM (
                            SELECT number, log, time, level, kind, action, url, words FROM record
                            WHERE words @@ ?::tsquery AND number <= ? \(isOfRun) ORDER BY \(order) DESC LIMIT ?
                        ) r JOIN log l ON l.number = r.log
                        WHERE \(filter.condition) ORDER BY rank DESC, r.number DESC LIMIT ? OFFSET ?
                    )
                    SELECT r.number, l.name, \(ArchivedRecord.columns)
                    FROM hit JOIN record r ON r.number = hit.number JOIN log l ON l.number = r.log
                    ORDER BY hit.rank DESC, hit.number DESC
                    """,
                [.text(match), .text(match), .integer(newest)] + run + [.integer(Int64(candidates.ranked))]
                    + filter.values + [.integer(Int64(query.limit)), .integer(Int64(offset))]
            )
        ])[0]
        var page = SearchPage()
        page.hits = rows.map { SearchHit($0) }.compactMap(\.self)
        if rows.count == query.limit { page.next = "\(newest).\(offset + rows.count)" }
        return page
    }
}

extension SearchHit {
    fileprivate init?(_ row: PostgresRow) {
        guard let requestID = row.text("name").flatMap(Identifier.init(rawValue:)) else { return nil }
        self.requestID = requestID
        record = ArchivedRecord(row)
        snippet = []
    }
}

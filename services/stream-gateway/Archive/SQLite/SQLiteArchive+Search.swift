//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import GRDB

/// Search over all runs.
extension SQLiteArchive {
    /// How many matches are looked at for a page, and among how many of the newest ones a ranked search chooses.
    private static let candidates = (newest: 50_000, ranked: 10_000)

    package func search(_ query: SearchQuery) async throws(ArchiveError) -> SearchPage {
        try await read { database in
            guard let numbers = try Self.numbers(query, in: database) else { return SearchPage() }
            guard let text = query.text else { return try Self.list(query, numbers, in: database) }
            switch query.order {
            case .newest: return try Self.newest(query, text.fts5, numbers, in: database)
            case .rank: return try Self.ranked(query, text.fts5, numbers, in: database)
            }
        }
    }

    /// Between which numbers the records of the runs are that are meant: those of a run are close together. The index of
    /// words knows numbers, and nothing of runs and times.
    ///
    /// - Returns: `nil` if there is no such run.
    private static func numbers(_ query: SearchQuery, in database: Database) throws -> ClosedRange<Int64>? {
        let all = Int64.min...Int64.max
        if query.runs == RunFilter(), query.since == nil, query.until == nil { return all }
        var filter = StoredFilter(query.runs)
        if let since = query.since { filter.add("l.last_time >= ?", .integer(since.milliseconds)) }
        if let until = query.until { filter.add("l.first_time < ?", .integer(until.milliseconds)) }
        func end(_ order: String) -> String {
            "(SELECT number FROM record WHERE log = l.number ORDER BY place \(order) LIMIT 1)"
        }
        let row = try Row.fetchOne(
            database,
            sql: """
                SELECT count(*), min(first), max(last) FROM (
                    SELECT \(end("ASC")) AS first, \(end("DESC")) AS last FROM log l WHERE \(filter.condition) LIMIT ?
                )
                """,
            arguments: StatementArguments(filter.values) + [mostRuns + 1]
        )
        guard let row, let first: Int64 = row[1], let last: Int64 = row[2] else { return nil }
        let count: Int = row[0]
        return count > mostRuns ? all : first...last
    }

    /// Among how many runs it is looked for where the records are.
    private static let mostRuns = 2000

    /// Matches, the newest first.
    private static func newest(
        _ query: SearchQuery,
        _ match: String,
        _ numbers: ClosedRange<Int64>,
        in database: Database
    ) throws -> SearchPage {
        let after = query.after.flatMap(Int64.init) ?? .max
        let filter = StoredFilter(query, dialect)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(filter.condition) AS passes,
                    CASE WHEN \(filter.condition) THEN \(snippet) END AS snippet
                FROM record_search JOIN record r ON r.number = record_search.rowid JOIN log l ON l.number = r.log
                WHERE record_search MATCH ? AND record_search.rowid BETWEEN ? AND ? AND record_search.rowid < ?
                ORDER BY record_search.rowid DESC
                """,
            arguments: StatementArguments(filter.values) + StatementArguments(filter.values)
                + [match, numbers.lowerBound, numbers.upperBound, after]
        )
        return try page(of: rows, limit: query.limit, candidates: candidates.newest) { "\($0["number"] as Int64)" }
    }

    /// All records, by time.
    private static func list(
        _ query: SearchQuery,
        _ numbers: ClosedRange<Int64>,
        in database: Database
    ) throws -> SearchPage {
        let filter = StoredFilter(query, dialect)
        let parts = PagePlace.numbers(query.after)
        let until = min(query.until?.milliseconds ?? .max, parts.first ?? .max)
        let number = parts.count == 2 ? parts[1] : .max
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(filter.condition) AS passes, NULL AS snippet
                FROM record r INDEXED BY record_time CROSS JOIN log l ON l.number = r.log
                WHERE r.time >= ? AND (r.time, r.number) < (?, ?) AND r.number BETWEEN ? AND ? AND l.kind = 0
                ORDER BY r.time DESC, r.number DESC
                """,
            arguments: StatementArguments(filter.values)
                + [query.since?.milliseconds ?? .min, until, number, numbers.lowerBound, numbers.upperBound]
        )
        return try page(of: rows, limit: query.limit, candidates: candidates.newest) { row in
            "\(row["time"] as Int64).\(row["number"] as Int64)"
        }
    }

    private static func page(
        of rows: RowCursor,
        limit: Int,
        candidates: Int,
        cursor: (Row) -> String
    ) throws -> SearchPage {
        var page = SearchPage()
        var seen = 0
        while let row = try rows.next() {
            seen += 1
            // NULL where a filter is about something that the record or its run does not have.
            if row["passes"] ?? false, let hit = SearchHit(row) { page.hits.append(hit) }
            if page.hits.count == limit || seen == candidates {
                page.next = cursor(row)
                break
            }
        }
        return page
    }

    /// The best matches among the newest ones.
    private static func ranked(
        _ query: SearchQuery,
        _ match: String,
        _ numbers: ClosedRange<Int64>,
        in database: Database
    ) throws -> SearchPage {
        // The next page is of the same records, whatever comes meanwhile.
        let parts = PagePlace.numbers(query.after)
        let last = try parts.first ?? Int64.fetchOne(database, sql: "SELECT max(number) FROM record") ?? 0
        let newest = min(last, numbers.upperBound)
        let offset = parts.count == 2 ? Int(clamping: parts[1]) : 0
        let oldest = try Int64.fetchOne(
            database,
            sql: """
                SELECT rowid FROM record_search WHERE record_search MATCH ? AND rowid BETWEEN ? AND ?
                ORDER BY rowid DESC LIMIT 1 OFFSET ?
                """,
            arguments: [match, numbers.lowerBound, newest, candidates.ranked - 1]
        )
        let filter = StoredFilter(query, dialect)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(snippet) AS snippet
                FROM record_search JOIN record r ON r.number = record_search.rowid JOIN log l ON l.number = r.log
                WHERE record_search MATCH ? AND record_search.rowid BETWEEN ? AND ? AND \(filter.condition)
                ORDER BY \(Relevance.name)(record_search) DESC, record_search.rowid DESC LIMIT ? OFFSET ?
                """,
            arguments: [match, oldest ?? numbers.lowerBound, newest] + StatementArguments(filter.values) + [
                query.limit, offset,
            ]
        )
        var page = SearchPage()
        page.hits = rows.compactMap(SearchHit.init)
        if rows.count == query.limit { page.next = "\(newest).\(offset + rows.count)" }
        return page
    }

    private static let snippet = SearchSnippet.sql("record_search")

    private static let dialect = StoredDialect(
        action: SearchedEvent.text("action", of: "r.event"),
        urlContains: "instr(\(SearchedEvent.text("url", of: "r.event")), ?) > 0"
    )
}

extension SearchHit {
    init?(_ row: Row) {
        let name: String = row["name"]
        guard let requestID = Identifier(rawValue: name) else { return nil }
        self.requestID = requestID
        record = ArchivedRecord(row)
        let text: String? = row["snippet"]
        snippet = SearchSnippet.parts(of: text ?? "")
    }
}

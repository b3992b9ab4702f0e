//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import GRDB

/// Search over all runs.
extension SQLiteArchive {
    /// How many matches are looked at for a page, and among how many of the newest ones a ranked search chooses.
    private static let candidates = (newest: 100_000, ranked: 10_000)

    package func search(_ query: SearchQuery) async throws(ArchiveError) -> SearchPage {
        try await read { database in
            guard let text = query.text else { return try Self.list(query, in: database) }
            switch query.order {
            case .newest: return try Self.newest(query, text.fts5, in: database)
            case .rank: return try Self.ranked(query, text.fts5, in: database)
            }
        }
    }

    /// Matches, the newest first.
    private static func newest(_ query: SearchQuery, _ match: String, in database: Database) throws -> SearchPage {
        let after = query.after.flatMap(Int64.init) ?? .max
        let filter = SQLiteFilter(query)
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(filter.condition) AS passes,
                    CASE WHEN \(filter.condition) THEN \(snippet) END AS snippet
                FROM record_search JOIN record r ON r.number = record_search.rowid JOIN log l ON l.number = r.log
                WHERE record_search MATCH ? AND record_search.rowid < ? ORDER BY record_search.rowid DESC
                """,
            arguments: filter.arguments + filter.arguments + [match, after]
        )
        return try page(of: rows, limit: query.limit, candidates: candidates.newest) { "\($0["number"] as Int64)" }
    }

    /// All records, by time.
    private static func list(_ query: SearchQuery, in database: Database) throws -> SearchPage {
        let filter = SQLiteFilter(query)
        let parts = (query.after ?? "").split(separator: ".").compactMap { Int64($0) }
        let until = min(query.until?.milliseconds ?? .max, parts.first ?? .max)
        let number = parts.count == 2 ? parts[1] : .max
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(filter.condition) AS passes, NULL AS snippet
                FROM record r INDEXED BY record_time CROSS JOIN log l ON l.number = r.log
                WHERE r.time >= ? AND (r.time, r.number) < (?, ?) AND l.kind = 0 ORDER BY r.time DESC, r.number DESC
                """,
            arguments: filter.arguments + [query.since?.milliseconds ?? .min, until, number]
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
            if row["passes"], let hit = SearchHit(row) { page.hits.append(hit) }
            if page.hits.count == limit || seen == candidates {
                page.next = cursor(row)
                break
            }
        }
        return page
    }

    /// The best matches among the newest ones.
    private static func ranked(_ query: SearchQuery, _ match: String, in database: Database) throws -> SearchPage {
        // The next page is of the same records, whatever comes meanwhile.
        let parts = (query.after ?? "").split(separator: ".").compactMap { Int64($0) }
        let newest =
            try parts.first ?? Int64.fetchOne(database, sql: "SELECT max(number) FROM record") ?? 0
        let offset = parts.count == 2 ? Int(clamping: parts[1]) : 0
        let oldest = try Int64.fetchOne(
            database,
            sql: """
                SELECT rowid FROM record_search WHERE record_search MATCH ? AND rowid <= ?
                ORDER BY rowid DESC LIMIT 1 OFFSET ?
                """,
            arguments: [match, newest, candidates.ranked - 1]
        )
        let filter = SQLiteFilter(query)
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT r.number, l.name, \(ArchivedRecord.columns), \(snippet) AS snippet
                FROM record_search JOIN record r ON r.number = record_search.rowid JOIN log l ON l.number = r.log
                WHERE record_search MATCH ? AND record_search.rowid BETWEEN ? AND ? AND \(filter.condition)
                ORDER BY record_search.rank, record_search.rowid DESC LIMIT ? OFFSET ?
                """,
            arguments: [match, oldest ?? 0, newest] + filter.arguments + [query.limit, offset]
        )
        var page = SearchPage()
        page.hits = rows.compactMap(SearchHit.init)
        if rows.count == query.limit { page.next = "\(newest).\(offset + rows.count)" }
        return page
    }

    /// The text around the match. Two characters that have no meaning stand around what matches.
    private static let snippet = "snippet(record_search, -1, char(\(marks.begin)), char(\(marks.end)), '…', 24)"

    /// Characters for private use.
    static let marks = (begin: 0xE000, end: 0xE001)
}

/// Which records pass.
struct SQLiteFilter {
    private(set) var condition = "l.kind = 0 AND r.kind < 3"
    private(set) var arguments = StatementArguments()

    init(_ query: SearchQuery) {
        add(query.runs)
        if query.level != .debug { add("r.level >= ?", query.level.archiveRank) }
        if let since = query.since { add("r.time >= ?", since.milliseconds) }
        if let until = query.until { add("r.time < ?", until.milliseconds) }
        if let action = query.action { add("json_extract(r.event, '$.data.action') = ?", action) }
        if let url = query.url { add("instr(json_extract(r.event, '$.data.url'), ?) > 0", url) }
    }

    init(_ runs: RunFilter) {
        condition = "l.kind = 0"
        add(runs)
    }

    mutating func add(_ condition: String, _ argument: (any DatabaseValueConvertible)?) {
        self.condition += " AND \(condition)"
        arguments += [argument]
    }

    private mutating func add(_ runs: RunFilter) {
        if let requestID = runs.requestID { add("l.name = ?", requestID.rawValue) }
        if let sessionID = runs.sessionID { add("l.session = ?", sessionID.rawValue) }
        if let batchID = runs.batchID { add("l.batch = ?", batchID.rawValue) }
        guard let scopes = runs.scopes else { return }
        var parts: [String] = []
        for scope in scopes {
            var part = "1"
            for (column, pattern) in [("name", scope.request), ("batch", scope.batch), ("session", scope.session)] {
                switch pattern {
                case nil: break
                case .name(let name):
                    part += " AND coalesce(l.\(column) = ?, 0)"
                    arguments += [name]
                case .prefix(let prefix):
                    part += " AND coalesce(substr(l.\(column), 1, ?) = ?, 0)"
                    arguments += [prefix.unicodeScalars.count, prefix]
                }
            }
            parts.append("(\(part))")
        }
        condition += " AND (\(parts.isEmpty ? "0" : parts.joined(separator: " OR ")))"
    }
}

extension SearchText {
    /// The search as FTS5 understands it. Each term is quoted, so that nothing in it is an operator.
    var fts5: String {
        terms.map { "\"\($0.words.replacing("\"", with: "\"\""))\"\($0.isPrefix ? "*" : "")" }.joined(
            separator: " AND "
        )
    }
}

extension SearchHit {
    init?(_ row: Row) {
        let name: String = row["name"]
        guard let requestID = Identifier(rawValue: name) else { return nil }
        self.requestID = requestID
        record = ArchivedRecord(row)
        let text: String? = row["snippet"]
        snippet = Self.parts(of: text ?? "")
    }

    private static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var isMatch = false
        for piece in text.unicodeScalars.split(
            omittingEmptySubsequences: false,
            whereSeparator: { [SQLiteArchive.marks.begin, SQLiteArchive.marks.end].contains(Int($0.value)) }
        ) {
            if !piece.isEmpty { parts.append(Part(String(piece), isMatch: isMatch)) }
            isMatch.toggle()
        }
        return parts
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// A value that is bound to a parameter, `?`.
enum StoredValue: Sendable {
    case integer(Int64)
    case text(String)
}

/// What databases write differently.
struct StoredDialect: Sendable {
    /// The action of a record `r`.
    var action: String

    /// Whether the address of a record's page has a text somewhere.
    var urlContains: String
}

/// Which records `r` and logs `l` pass: a condition, and the values of its parameters.
struct StoredFilter {
    private(set) var condition: String
    private(set) var values: [StoredValue] = []

    /// Records that are searched.
    init(_ query: SearchQuery, _ dialect: StoredDialect) {
        condition = "l.kind = 0 AND r.kind < 3"
        add(query.runs)
        if query.level != .debug { add("r.level >= ?", .integer(Int64(query.level.archiveRank))) }
        if let since = query.since { add("r.time >= ?", .integer(since.milliseconds)) }
        if let until = query.until { add("r.time < ?", .integer(until.milliseconds)) }
        if let action = query.action { add("\(dialect.action) = ?", .text(action)) }
        if let url = query.url { add(dialect.urlContains, .text(url)) }
    }

    /// Runs.
    init(_ runs: RunFilter) {
        condition = "l.kind = 0"
        add(runs)
    }

    mutating func add(_ condition: String, _ values: StoredValue...) {
        self.condition += " AND \(condition)"
        self.values += values
    }

    private mutating func add(_ runs: RunFilter) {
        if let requestID = runs.requestID { add("l.name = ?", .text(requestID.rawValue)) }
        if let sessionID = runs.sessionID { add("l.session = ?", .text(sessionID.rawValue)) }
        if let batchID = runs.batchID { add("l.batch = ?", .text(batchID.rawValue)) }
        guard let scopes = runs.scopes else { return }
        var parts: [String] = []
        for scope in scopes {
            var part = "TRUE"
            for (column, pattern) in [("name", scope.request), ("batch", scope.batch), ("session", scope.session)] {
                switch pattern {
                case nil: break
                case .name(let name):
                    part += " AND coalesce(l.\(column) = ?, FALSE)"
                    values.append(.text(name))
                case .prefix(let prefix):
                    part += " AND coalesce(substr(l.\(column), 1, ?) = ?, FALSE)"
                    values += [.integer(Int64(prefix.unicodeScalars.count)), .text(prefix)]
                }
            }
            parts.append("(\(part))")
        }
        condition += " AND (\(parts.isEmpty ? "FALSE" : parts.joined(separator: " OR ")))"
    }
}

/// A page of the history of runs: the statement that gives it, and how its rows are read.
struct HistorySelection {
    let sql: String
    let values: [StoredValue]
    private let limit: Int

    init(_ query: HistoryQuery) {
        limit = query.limit
        var filter = StoredFilter(query.runs)
        if let since = query.since { filter.add("l.began >= ?", .integer(since.milliseconds)) }
        if let until = query.until { filter.add("l.began < ?", .integer(until.milliseconds)) }
        let parts = PagePlace.numbers(query.after)
        if parts.count == 2 {
            filter.add("l.began <= ?", .integer(parts[0]))
            filter.add("(l.began < ? OR l.number < ?)", .integer(parts[0]), .integer(parts[1]))
        }
        var condition = filter.condition
        if !query.statuses.isEmpty {
            condition += " AND l.status IN (\(query.statuses.map { _ in "?" }.joined(separator: ", ")))"
        }
        sql = "SELECT * FROM log l WHERE \(condition) ORDER BY l.began DESC, l.number DESC LIMIT ?"
        values = filter.values + query.statuses.map { .text($0.rawValue) } + [.integer(Int64(limit))]
    }

    func page(of rows: [some StoredRow]) -> HistoryPage {
        var page = HistoryPage()
        page.runs = rows.compactMap { ArchivedRun($0) }
        if rows.count == limit, let last = rows.last, let began = last.integer("began"),
            let number = last.integer("number")
        {
            page.next = "\(began).\(number)"
        }
        return page
    }
}

/// Where the next page begins, as clients carry it.
enum PagePlace {
    static func numbers(_ text: String?) -> [Int64] { (text ?? "").split(separator: ".").compactMap { Int64($0) } }
}

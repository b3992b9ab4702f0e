//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import GRDB

/// Pages of one log.
extension SQLiteArchive {
    package func page(of subject: Subject, _ query: LogPageQuery) async throws(ArchiveError) -> [ArchivedRecord] {
        try await read { database in
            guard let log = try Self.log(of: subject, in: database) else { return [] }
            var conditions = "r.log = ? AND (r.level >= ? OR r.kind != 0) AND r.kind != 4"
            var arguments: StatementArguments = [log["number"] as Int64, query.level.archiveRank]
            let isForward = query.after != nil
            if let after = query.after {
                conditions += " AND r.place > ?"
                arguments += [after]
            }
            if let before = query.before {
                conditions += " AND r.place < ?"
                arguments += [before]
            }
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT \(ArchivedRecord.columns) FROM record r WHERE \(conditions)
                    ORDER BY r.place \(isForward ? "ASC" : "DESC") LIMIT ?
                    """,
                arguments: arguments + [query.limit]
            )
            var records: [ArchivedRecord] = []
            var bytes = 0
            while bytes < query.bytes, let row = try rows.next() {
                let record = ArchivedRecord(row)
                bytes += record.event.utf8.count
                records.append(record)
            }
            return records
        }
    }

    package func place(of id: EntryID, in subject: Subject) async throws(ArchiveError) -> Int {
        try await read { try SQLiteLogReader(database: $0).place(of: id, in: subject) }
    }

    package func replay(_ subject: Subject, _ query: ReplayQuery) async throws(ArchiveError) -> ReplayPage {
        try await read { try SQLiteLogReader(database: $0).replay(subject, query) }
    }

    static func log(of subject: Subject, in database: Database) throws -> Row? {
        try Row.fetchOne(
            try database.cachedStatement(sql: "SELECT * FROM log WHERE kind = ? AND name = ?"),
            arguments: [subject.archiveKind, subject.identifier.rawValue]
        )
    }
}

/// Reads logs within a transaction.
struct SQLiteLogReader: LogReader {
    let database: Database

    func log(of subject: Subject) throws -> StoredLog? {
        try SQLiteArchive.log(of: subject, in: database).map { StoredLog($0) }
    }

    func place(
        of id: EntryID,
        in log: Int64,
        generations: ClosedRange<Int>
    ) throws -> (place: Int, generation: Int)? {
        let statement = try database.cachedStatement(
            sql: "SELECT place FROM record WHERE log = ? AND generation = ? AND id = ?"
        )
        for generation in generations.reversed() {
            if let place = try Int.fetchOne(statement, arguments: [log, generation, id.archiveKey]) {
                return (place, generation)
            }
        }
        return nil
    }

    func place(before id: EntryID, in log: Int64, generation: Int) throws -> Int? {
        try Int.fetchOne(
            try database.cachedStatement(
                sql: "SELECT place FROM record WHERE log = ? AND generation = ? AND id < ? ORDER BY id DESC LIMIT 1"
            ),
            arguments: [log, generation, id.archiveKey]
        )
    }

    func has(_ id: EntryID, in log: Int64, generation: Int) throws -> Bool {
        try Int.fetchOne(
            try database.cachedStatement(sql: "SELECT 1 FROM record WHERE log = ? AND generation = ? AND id = ?"),
            arguments: [log, generation, id.archiveKey]
        ) != nil
    }

    func read(_ log: Int64, _ range: ReplayRange, _ take: (ArchivedRecord) -> Bool) throws -> Int? {
        // What was in no stream has no place in a viewer's order.
        let rows = try Row.fetchCursor(
            try database.cachedStatement(
                sql: """
                    SELECT \(ArchivedRecord.columns) FROM record r
                    WHERE r.log = ? AND r.place > ? AND (r.id IS NOT NULL OR r.kind = 3) ORDER BY r.place
                    """
            ),
            arguments: [log, range.after.place]
        )
        while let row = try rows.next(), take(ArchivedRecord(row)) {}
        return try Int.fetchOne(
            try database.cachedStatement(
                sql: """
                    SELECT seq FROM record
                    WHERE log = ? AND place BETWEEN ? AND ? AND generation = ? AND seq IS NOT NULL
                    ORDER BY place DESC LIMIT 1
                    """
            ),
            arguments: [
                log, range.after.place - ReplayRange.numberDistance, range.after.place, range.after.generation,
            ]
        )
    }
}

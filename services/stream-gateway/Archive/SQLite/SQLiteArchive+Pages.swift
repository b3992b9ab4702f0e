//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import FoundationEssentials
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
        try await read { database in
            guard let row = try Self.log(of: subject, in: database) else { return 0 }
            let cursor = ArchiveCursor(row)
            if let found = try Self.place(of: id, in: row["number"], cursor, database) { return found.place }
            let first: Int = row["generation_place"]
            return try Self.place(before: id, in: row["number"], cursor.generation, database) ?? first - 1
        }
    }

    package func replay(_ subject: Subject, _ query: ReplayQuery) async throws(ArchiveError) -> ReplayPage {
        try await read { database in
            guard let row = try Self.log(of: subject, in: database) else {
                return ReplayPage(query, cursor: nil, generation: 0, isAnchored: false)
            }
            let log: Int64 = row["number"]
            let first: Int = row["generation_place"]
            let cursor = ArchiveCursor(row)
            var start = (place: first - 1, generation: cursor.generation)
            var (isAnchored, startsAnew) = (true, false)
            switch query.start {
            case .beginning, .after(.zero):
                break
            case .tail(let count):
                start.place = max(start.place, cursor.place - count)
            case .after(let id):
                if let found = try Self.place(of: id, in: log, cursor, database) {
                    start = found
                } else {
                    isAnchored = false
                    if let earlier = try Self.place(before: id, in: log, cursor.generation, database) {
                        start.place = earlier
                    } else {
                        startsAnew = cursor.generation > 0
                    }
                }
            }
            var page = ReplayPage(
                query,
                cursor: cursor,
                generation: start.generation,
                isAnchored: isAnchored,
                startsAnew: startsAnew
            )
            page.number = try Int.fetchOne(
                try database.cachedStatement(
                    sql: """
                        SELECT seq FROM record
                        WHERE log = ? AND place BETWEEN ? AND ? AND generation = ? AND seq IS NOT NULL
                        ORDER BY place DESC LIMIT 1
                        """
                ),
                arguments: [log, start.place - 200, start.place, start.generation]
            )
            // What was in no stream has no place in a viewer's order.
            let rows = try Row.fetchCursor(
                try database.cachedStatement(
                    sql: """
                        SELECT \(ArchivedRecord.columns) FROM record r
                        WHERE r.log = ? AND r.place > ? AND (r.id IS NOT NULL OR r.kind = 3) ORDER BY r.place
                        """
                ),
                arguments: [log, start.place]
            )
            while let row = try rows.next(), page.take(ArchivedRecord(row)) {}
            page.end()
            page.reaches = try Self.has(query.through, in: log, page.generation, database)
            return page
        }
    }

    static func log(of subject: Subject, in database: Database) throws -> Row? {
        try Row.fetchOne(
            try database.cachedStatement(sql: "SELECT * FROM log WHERE kind = ? AND name = ?"),
            arguments: [subject.archiveKind, subject.identifier.rawValue]
        )
    }

    /// Where an entry is in the latest generation that has it.
    private static func place(
        of id: EntryID,
        in log: Int64,
        _ cursor: ArchiveCursor,
        _ database: Database
    ) throws -> (place: Int, generation: Int)? {
        let statement = try database.cachedStatement(
            sql: "SELECT place FROM record WHERE log = ? AND generation = ? AND id = ?"
        )
        // A log that begins anew over and over is nobody's honest log.
        for generation in (max(0, cursor.generation - 100)...cursor.generation).reversed() {
            if let place = try Int.fetchOne(statement, arguments: [log, generation, id.archiveKey]) {
                return (place, generation)
            }
        }
        return nil
    }

    private static func has(
        _ id: EntryID,
        in log: Int64,
        _ generation: Int,
        _ database: Database
    ) throws -> Bool {
        try Int.fetchOne(
            try database.cachedStatement(sql: "SELECT 1 FROM record WHERE log = ? AND generation = ? AND id = ?"),
            arguments: [log, generation, id.archiveKey]
        ) != nil
    }

    private static func place(
        before id: EntryID,
        in log: Int64,
        _ generation: Int,
        _ database: Database
    ) throws -> Int? {
        try Int.fetchOne(
            try database.cachedStatement(
                sql: "SELECT place FROM record WHERE log = ? AND generation = ? AND id < ? ORDER BY id DESC LIMIT 1"
            ),
            arguments: [log, generation, id.archiveKey]
        )
    }
}

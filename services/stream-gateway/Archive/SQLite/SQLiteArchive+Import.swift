//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import GRDB

/// Logs that come from an export. While they come, nobody sees them: their kind is that of a run with 4 added.
extension SQLiteArchive {
    package func beginImport(of requestID: Identifier) async throws(ArchiveError) -> ArchiveImport {
        try await change { database in
            let now = Timestamp.now().milliseconds
            let next = (try Int64.fetchOne(database, sql: "SELECT max(number) FROM log") ?? 0) + 1
            try database.execute(
                sql: """
                    INSERT INTO log (number, kind, name, generation, generation_place, place, is_over, archived_at, began)
                    VALUES (?, 4, ?, 0, 1, 0, 1, ?, ?)
                    """,
                arguments: [next, "\(requestID) \(next)", now, now]
            )
            return ArchiveImport(requestID: requestID, log: next)
        }
    }

    package func add(_ records: [ArchivedRecord], to log: ArchiveImport) async throws(ArchiveError) {
        try await change { database in
            guard let last = records.last, let first = records.first, let times = records.times else { return }
            guard
                let row = try Row.fetchOne(
                    database,
                    sql: "SELECT generation FROM log WHERE number = ? AND kind = 4",
                    arguments: [log.log]
                )
            else { throw ArchiveError.unavailable("the import has taken too long") }
            try Self.insert(records, into: log.log, database)
            let start = records.last { $0.generation != last.generation }.map { $0.place + 1 } ?? first.place
            let isNew = row["generation"] as Int != last.generation || first.place == 1
            try database.execute(
                sql: """
                    UPDATE log SET
                        generation_place = CASE WHEN ? THEN ? ELSE generation_place END, generation = ?, place = ?,
                        id = coalesce(?, id), seq = coalesce(?, seq), is_over = ?,
                        first_time = coalesce(min(first_time, ?), ?), last_time = coalesce(max(last_time, ?), ?),
                        archived_at = ?
                    WHERE number = ?
                    """,
                arguments: [
                    isNew, start, last.generation, last.place, records.last { $0.id != nil }?.id?.archiveKey,
                    records.last { $0.number != nil }?.number, last.kind == .end, times.lowerBound,
                    times.lowerBound, times.upperBound, times.upperBound, Timestamp.now().milliseconds, log.log,
                ]
            )
        }
    }

    private static func insert(_ records: [ArchivedRecord], into log: Int64, _ database: Database) throws {
        let insertion = try database.cachedStatement(
            sql: """
                INSERT INTO record (log, place, generation, id, seq, time, level, kind, event)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        let indexing = try database.cachedStatement(
            sql: """
                INSERT INTO record_search (rowid, message, url, action, result, error)
                SELECT number, message, url, action, result, error FROM record_text WHERE number = ?
                """
        )
        for record in records {
            try insertion.execute(arguments: [
                log, record.place, record.generation, record.id?.archiveKey, record.number,
                record.time.milliseconds, record.level.archiveRank, record.kind.rawValue, record.event,
            ])
            if record.kind != .gap { try indexing.execute(arguments: [database.lastInsertedRowID]) }
        }
    }

    package func finish(_ log: ArchiveImport, facts: RunFacts) async throws(ArchiveError) -> Bool {
        try await change { database in
            guard try Self.log(of: .run(log.requestID), in: database) == nil else { return false }
            try database.execute(
                sql:
                    "UPDATE log SET kind = 0, name = ?, began = coalesce(first_time, began) WHERE number = ? AND kind = 4",
                arguments: [log.requestID.rawValue, log.log]
            )
            guard database.changesCount == 1 else { throw ArchiveError.unavailable("the import has taken too long") }
            try Self.write(facts, of: log.log, in: database)
            return true
        }
    }

    package func abandon(_ log: ArchiveImport) async throws(ArchiveError) {
        try await change { database in
            // As one that is being removed.
            try database.execute(sql: "UPDATE log SET kind = 2 WHERE number = ? AND kind = 4", arguments: [log.log])
        }
        try await removeHidden(log.log)
    }
}

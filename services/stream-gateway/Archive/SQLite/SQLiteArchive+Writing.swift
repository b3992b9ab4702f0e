//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import GRDB

/// What the archiver does.
extension SQLiteArchive {
    package func takeOver() async throws(ArchiveError) -> ArchiveFence {
        try await change { database in
            try database.execute(sql: "UPDATE fence SET token = token + 1")
            return ArchiveFence(token: try Int.fetchOne(database, sql: "SELECT token FROM fence") ?? 0)
        }
    }

    package func cursors(of subjects: [Subject]) async throws(ArchiveError) -> [Subject: ArchiveCursor] {
        try await read { database in
            let statement = try database.cachedStatement(sql: "SELECT * FROM log WHERE kind = ? AND name = ?")
            var cursors: [Subject: ArchiveCursor] = [:]
            for subject in subjects {
                let arguments: StatementArguments = [subject.archiveKind, subject.identifier.rawValue]
                guard let row = try Row.fetchOne(statement, arguments: arguments) else { continue }
                cursors[subject] = ArchiveCursor(row)
            }
            return cursors
        }
    }

    package func write(_ entries: [ArchiveEntry], fence: ArchiveFence) async throws(ArchiveError) {
        try await change { database in
            let token = try Int.fetchOne(database, sql: "SELECT token FROM fence")
            guard token == fence.token else { throw ArchiveError.fenced }
            let last = try Int64.fetchOne(database, sql: "SELECT max(number) FROM record") ?? 0
            for entry in entries { try Self.write(entry, in: database) }
            // Runs alone: what a batch's log has is theirs.
            try database.cachedStatement(
                sql: """
                    INSERT INTO record_search (rowid, message, url, action, result, error)
                    SELECT t.number, t.message, t.url, t.action, t.result, t.error
                    FROM record r JOIN log l ON l.number = r.log JOIN record_text t ON t.number = r.number
                    WHERE r.number > ? AND l.kind = 0 AND r.kind < 3
                    """
            )
            .execute(arguments: [last])
        }
    }

    private static func write(_ entry: ArchiveEntry, in database: Database) throws {
        let now = Timestamp.now().milliseconds
        let (log, archived) = try self.log(of: entry.subject, at: now, in: database)
        let records = try entry.records(after: archived)
        let insertion = try database.cachedStatement(
            sql: """
                INSERT INTO record (log, place, generation, id, seq, time, level, kind, event)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for record in records {
            try insertion.execute(arguments: [
                log, record.place, record.generation, record.id?.archiveKey, record.number, record.time.milliseconds,
                record.level.archiveRank, record.kind.rawValue, record.event,
            ])
        }
        for place in entry.superseded { try supersede(place, of: log, in: database) }
        for step in entry.pictures {
            try database.cachedStatement(sql: StoredPicture.announcement).execute(arguments: [log, step, now])
        }
        if entry.cursor.place >= records.last?.place ?? archived {
            try database.cachedStatement(
                sql: """
                    UPDATE log SET
                        generation_place = CASE WHEN generation < ?1 OR place = 0 THEN ?2 ELSE generation_place END,
                        generation = ?1, place = ?3, id = ?4, seq = ?5, is_over = ?6,
                        first_time = coalesce(min(first_time, ?7), first_time, ?7),
                        last_time = coalesce(max(last_time, ?8), last_time, ?8), archived_at = ?9
                    WHERE number = ?10
                    """
            )
            .execute(arguments: [
                entry.cursor.generation, entry.generationPlace, entry.cursor.place, entry.cursor.id?.archiveKey,
                entry.cursor.number,
                entry.cursor.isOver, records.times?.lowerBound, records.times?.upperBound, now, log,
            ])
            if archived == 0, let first = records.first {
                try database.execute(
                    sql: "UPDATE log SET began = coalesce(created, ?) WHERE number = ?",
                    arguments: [first.time.milliseconds, log]
                )
            }
        }
        if let facts = entry.facts { try write(facts, of: log, in: database) }
    }

    /// Lets a message without an id not be shown any more. It is in the index unless it came in this transaction.
    private static func supersede(_ place: Int, of log: Int64, in database: Database) throws {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT number FROM record WHERE log = ? AND place = ? AND kind = 0 AND id IS NULL",
            arguments: [log, place]
        )
        guard let number: Int64 = row?["number"] else { return }
        let isIndexed = try Bool.fetchOne(
            database,
            sql: "SELECT EXISTS (SELECT 1 FROM record_search_docsize WHERE id = ?)",
            arguments: [number]
        )
        if isIndexed ?? false { try removeFromIndex("t.number = \(number)", in: database) }
        try database.execute(sql: "UPDATE record SET kind = 4 WHERE number = ?", arguments: [number])
    }

    /// Removes records from the index, which wants to be told their texts.
    static func removeFromIndex(
        _ condition: String,
        _ arguments: StatementArguments = StatementArguments(),
        in database: Database
    ) throws {
        try database.execute(
            sql: """
                INSERT INTO record_search (record_search, rowid, message, url, action, result, error)
                SELECT 'delete', t.number, t.message, t.url, t.action, t.result, t.error
                FROM record_text t JOIN record r ON r.number = t.number WHERE \(condition) AND r.kind < 3
                """,
            arguments: arguments
        )
    }

    private static func log(of subject: Subject, at now: Int64, in database: Database) throws -> (Int64, Int) {
        let names: StatementArguments = [subject.archiveKind, subject.identifier.rawValue]
        let selection = try database.cachedStatement(sql: "SELECT number, place FROM log WHERE kind = ? AND name = ?")
        if let row = try Row.fetchOne(selection, arguments: names) { return (row["number"], row["place"]) }
        try database.cachedStatement(
            sql: """
                INSERT INTO log (kind, name, generation, generation_place, place, is_over, archived_at, began)
                VALUES (?, ?, 0, 1, 0, 0, ?, ?)
                """
        )
        .execute(arguments: names + [now, now])
        return (database.lastInsertedRowID, 0)
    }

    static func write(_ facts: RunFacts, of log: Int64, in database: Database) throws {
        try database.cachedStatement(
            sql: """
                UPDATE log SET
                    session = ?, batch = ?, task = ?, status = ?, steps = ?, result = ?, error = ?,
                    created = ?, started = ?, finished = ?, began = coalesce(?, began)
                WHERE number = ?
                """
        )
        .execute(arguments: [
            facts.sessionID?.rawValue, facts.batchID?.rawValue, facts.task?.storable,
            facts.status?.rawValue, facts.steps, facts.result?.storable, facts.error?.storable,
            facts.createdAt?.milliseconds, facts.startedAt?.milliseconds,
            facts.finishedAt?.milliseconds, facts.createdAt?.milliseconds, log,
        ])
    }
}

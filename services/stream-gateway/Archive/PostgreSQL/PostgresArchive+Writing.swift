//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Postgres

/// What the archiver does.
extension PostgresArchive {
    package func takeOver() async throws(ArchiveError) -> ArchiveFence {
        try await change { connection, token in
            try connection.run("UPDATE archive SET token = $1", [.integer(Int64(token + 1))])
            return ArchiveFence(token: token + 1)
        }
    }

    package func cursors(of subjects: [Subject]) async throws(ArchiveError) -> [Subject: ArchiveCursor] {
        if subjects.isEmpty { return [:] }
        return try await read { connection in
            let answers = try connection.run(subjects.map { PostgresStatement(Self.logSelection, $0.columns) })
            var cursors: [Subject: ArchiveCursor] = [:]
            for (subject, rows) in zip(subjects, answers) { cursors[subject] = rows.first.map { ArchiveCursor($0) } }
            return cursors
        }
    }

    package func write(_ entries: [ArchiveEntry], fence: ArchiveFence) async throws(ArchiveError) {
        let words = words.writing
        try await change { connection, token in
            guard token == fence.token else { throw ArchiveError.fenced }
            let logs = try Self.logs(of: entries.map(\.subject), connection)
            var rows = RecordRows()
            var changes: [PostgresStatement] = []
            for entry in entries {
                guard let log = logs[entry.subject] else { continue }
                let new = try entry.records(after: log.cursor.place)
                try rows.add(new, to: log.number, isSearched: entry.subject.archiveKind == 0, words)
                changes += Self.changes(for: entry, new, of: log, bytes: rows.takeBytes())
            }
            if rows.count > 0 { try connection.copy(RecordRows.statement, rows.rows) }
            if !changes.isEmpty { try connection.run(changes) }
        }
    }

    static let logSelection = "SELECT * FROM log WHERE kind = $1 AND name = $2"

    /// The logs, which are begun if they are not there yet.
    private static func logs(
        of subjects: [Subject],
        _ connection: PostgresConnection
    ) throws -> [Subject: StoredLog] {
        let now = PostgresValue.integer(Timestamp.now().milliseconds)
        var logs: [Subject: StoredLog] = [:]
        func take(_ subjects: [Subject], _ sql: String, _ more: [PostgresValue] = []) throws {
            let answers = try connection.run(subjects.map { PostgresStatement(sql, $0.columns + more) })
            for (subject, rows) in zip(subjects, answers) { logs[subject] = rows.first.map { StoredLog($0) } }
        }
        try take(subjects, logSelection)
        var missing: [Subject] = []
        for subject in subjects where logs[subject] == nil && !missing.contains(subject) { missing.append(subject) }
        try take(
            missing,
            """
            INSERT INTO log (kind, name, generation, generation_place, place, is_over, archived_at, began)
            VALUES ($1, $2, 0, 1, 0, false, $3, $3) RETURNING *
            """,
            [now]
        )
        return logs
    }

    /// What changes in a log, but for its new records.
    private static func changes(
        for entry: ArchiveEntry,
        _ records: ArraySlice<ArchivedRecord>,
        of log: StoredLog,
        bytes: Int
    ) -> [PostgresStatement] {
        let number = PostgresValue.integer(log.number)
        var changes = entry.superseded.map { place in
            PostgresStatement(
                """
                UPDATE record SET kind = 4, words = NULL WHERE log = $1 AND place = $2 AND kind = 0 AND id IS NULL
                """,
                [number, .integer(Int64(place))]
            )
        }
        changes += entry.pictures.map { step in
            PostgresStatement(
                positional: StoredPicture.announcement,
                of: [number, .integer(Int64(step)), .integer(Timestamp.now().milliseconds)]
            )
        }
        let archived = log.cursor.place
        let cursor = entry.cursor
        if cursor.place >= records.last?.place ?? archived {
            changes.append(
                PostgresStatement(
                    """
                    UPDATE log SET
                        generation_place = CASE WHEN generation < $1 OR place = 0 THEN $2 ELSE generation_place END,
                        generation = $1, place = $3, id = $4, seq = $5, is_over = $6,
                        first_time = least(first_time, $7), last_time = greatest(last_time, $8), archived_at = $9,
                        bytes = bytes + $10, began = CASE WHEN $11 THEN coalesce(created, $7, began) ELSE began END
                    WHERE number = $12
                    """,
                    [
                        .integer(Int64(cursor.generation)), .integer(Int64(entry.generationPlace)),
                        .integer(Int64(cursor.place)), .optional(cursor.id?.archiveKey), .optional(cursor.number),
                        .boolean(cursor.isOver), .optional(records.times?.lowerBound),
                        .optional(records.times?.upperBound), .integer(Timestamp.now().milliseconds),
                        .integer(Int64(bytes)), .boolean(archived == 0 && !records.isEmpty), number,
                    ]
                )
            )
        }
        if let facts = entry.facts { changes.append(statement(for: facts, of: log.number)) }
        return changes
    }

    /// Writes what is known of a run.
    static func statement(for facts: RunFacts, of log: Int64) -> PostgresStatement {
        func text(_ text: String?) -> PostgresValue { .optional(text?.storable) }
        func time(_ time: Timestamp?) -> PostgresValue { .optional(time?.milliseconds) }
        return PostgresStatement(
            """
            UPDATE log SET
                session = $1, batch = $2, task = $3, status = $4, steps = $5, result = $6, error = $7,
                created = $8, started = $9, finished = $10, began = coalesce($8, began)
            WHERE number = $11
            """,
            [
                text(facts.sessionID?.rawValue), text(facts.batchID?.rawValue), text(facts.task),
                text(facts.status?.rawValue), .optional(facts.steps), text(facts.result), text(facts.error),
                time(facts.createdAt), time(facts.startedAt), time(facts.finishedAt), .integer(log),
            ]
        )
    }
}

/// Records as they are written to the table, with their words.
struct RecordRows {
    static let statement = """
        COPY record (log, place, generation, id, seq, time, level, kind, event, action, url, words)
        FROM STDIN (FORMAT binary)
        """

    private(set) var rows = CopyRows()
    private var bytes = 0

    var count: Int { rows.count }

    /// - Parameter isSearched: Whether they are found by a search, but for gaps.
    mutating func add(
        _ records: ArraySlice<ArchivedRecord>,
        to log: Int64,
        isSearched: Bool,
        _ words: SearchWords
    ) throws {
        guard isSearched else {
            for record in records { add(record, to: log, nil) }
            return
        }
        var next = records.startIndex
        try words.read(records.lazy.map(\.event)) { event in
            let record = records[next]
            next += 1
            add(record, to: log, record.kind.rawValue < ArchivedRecord.Kind.gap.rawValue ? event : nil)
        }
    }

    private mutating func add(_ record: ArchivedRecord, to log: Int64, _ event: SearchWords.Event?) {
        rows.begin(columns: 12)
        rows.add(log)
        rows.add(Int64(record.place))
        rows.add(Int32(clamping: record.generation))
        rows.add(record.id?.archiveKey)
        rows.add(record.number.map { Int64($0) })
        rows.add(record.time.milliseconds)
        rows.add(Int16(record.level.archiveRank))
        rows.add(Int16(record.kind.rawValue))
        // No JSON has this character but in its written form, which means the same.
        let text = record.event.utf8.contains(0) ? record.event.replacing("\0", with: "\\u0000") : record.event
        rows.add(text.utf8)
        rows.add(event?.action?.storable.utf8)
        rows.add(event?.url?.storable.utf8)
        rows.add(event?.words)
        bytes += PostgresArchive.overhead + text.utf8.count + (event?.words.count ?? 0)
    }

    /// How much was added since the last call, as ``ArchiveSize`` counts it.
    mutating func takeBytes() -> Int {
        defer { bytes = 0 }
        return bytes
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Postgres

/// Logs that come from an export. While they come, nobody sees them: their kind is that of a run with 4 added.
extension PostgresArchive {
    package func beginImport(of requestID: Identifier) async throws(ArchiveError) -> ArchiveImport {
        try await change { connection, _ in
            let log = try connection.run(
                """
                INSERT INTO log (number, kind, name, generation, generation_place, place, is_over, archived_at, began)
                SELECT n, 4, $1 || ' ' || n, 0, 1, 0, true, $2::bigint, $2::bigint
                FROM nextval(pg_get_serial_sequence('log', 'number')) AS n RETURNING number
                """,
                [.text(requestID.rawValue), .integer(Timestamp.now().milliseconds)]
            )
            return ArchiveImport(requestID: requestID, log: log.first?.integer("number") ?? 0)
        }
    }

    package func add(_ records: [ArchivedRecord], to log: ArchiveImport) async throws(ArchiveError) {
        guard let last = records.last, let first = records.first, let times = records.times else { return }
        let words = words.reading
        try await change { connection, _ in
            let found = try connection.run(
                "SELECT generation FROM log WHERE number = $1 AND kind = 4",
                [.integer(log.log)]
            )
            guard let generation = found.first?.integer("generation") else {
                throw ArchiveError.unavailable("the import has taken too long")
            }
            var rows = RecordRows()
            try rows.add(records[...], to: log.log, isSearched: true, words)
            try connection.copy(RecordRows.statement, rows.rows)
            let start = records.last { $0.generation != last.generation }.map { $0.place + 1 } ?? first.place
            let isNew = generation != Int64(last.generation) || first.place == 1
            try connection.run(
                """
                UPDATE log SET
                    generation_place = CASE WHEN $1 THEN $2 ELSE generation_place END, generation = $3, place = $4,
                    id = coalesce($5, id), seq = coalesce($6, seq), is_over = $7,
                    first_time = least(first_time, $8), last_time = greatest(last_time, $9),
                    archived_at = $10, bytes = bytes + $11
                WHERE number = $12
                """,
                [
                    .boolean(isNew), .integer(Int64(start)), .integer(Int64(last.generation)),
                    .integer(Int64(last.place)), .optional(records.last { $0.id != nil }?.id?.archiveKey),
                    .optional(records.last { $0.number != nil }?.number), .boolean(last.kind == .end),
                    .integer(times.lowerBound), .integer(times.upperBound),
                    .integer(Timestamp.now().milliseconds), .integer(Int64(rows.takeBytes())), .integer(log.log),
                ]
            )
        }
    }

    package func finish(_ log: ArchiveImport, facts: RunFacts) async throws(ArchiveError) -> Bool {
        try await change { connection, _ in
            let run = Subject.run(log.requestID)
            guard try connection.run(Self.logSelection, run.columns).count == 0 else { return false }
            let shown = try connection.run(
                "UPDATE log SET kind = 0, name = $1, began = coalesce(first_time, began) WHERE number = $2 AND kind = 4",
                [.text(log.requestID.rawValue), .integer(log.log)]
            )
            guard shown.changedCount == 1 else { throw ArchiveError.unavailable("the import has taken too long") }
            try connection.run([Self.statement(for: facts, of: log.log)])
            return true
        }
    }

    package func abandon(_ log: ArchiveImport) async throws(ArchiveError) {
        try await change { connection, _ in
            // As one that is being removed.
            _ = try connection.run("UPDATE log SET kind = 2 WHERE number = $1 AND kind = 4", [.integer(log.log)])
        }
        try await removeHidden(log.log)
    }
}

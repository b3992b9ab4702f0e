//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Postgres

/// Pages of one log.
extension PostgresArchive {
    package func page(of subject: Subject, _ query: LogPageQuery) async throws(ArchiveError) -> [ArchivedRecord] {
        try await read { connection in
            guard let log = try PostgresLogReader(connection: connection).log(of: subject) else { return [] }
            let isForward = query.after != nil
            let rows = try connection.run(
                BoundedRecords.statement(
                    where: """
                        r.log = $3 AND (r.level >= $4 OR r.kind <> 0) AND r.kind <> 4
                            AND r.place > coalesce($5::bigint, 0) AND ($6::bigint IS NULL OR r.place < $6)
                        """,
                    isForward: isForward
                ),
                [
                    .integer(Int64(query.limit)), .integer(Int64(query.bytes)), .integer(log.number),
                    .integer(Int64(query.level.archiveRank)), .optional(query.after), .optional(query.before),
                ]
            )
            return rows.map { ArchivedRecord($0) }
        }
    }

    package func place(of id: EntryID, in subject: Subject) async throws(ArchiveError) -> Int {
        try await read { try PostgresLogReader(connection: $0).place(of: id, in: subject) }
    }

    package func replay(_ subject: Subject, _ query: ReplayQuery) async throws(ArchiveError) -> ReplayPage {
        try await read { try PostgresLogReader(connection: $0).replay(subject, query) }
    }
}

/// Records of one log by their places, no more than a number of them, and no more bytes of events than were asked for but
/// for the first: the server counts, so that what is too much does not leave it.
enum BoundedRecords {
    /// - Parameter condition: Which records `r`. Its parameters begin with `$3`: the most records and bytes come first.
    static func statement(where condition: String, isForward: Bool) -> String {
        let order = isForward ? "ASC" : "DESC"
        return """
            SELECT \(ArchivedRecord.columns) FROM (
                SELECT \(ArchivedRecord.columns),
                    sum(octet_length(r.event)) OVER (ORDER BY r.place \(order) ROWS UNBOUNDED PRECEDING)
                        - octet_length(r.event) AS before
                FROM record r WHERE \(condition) ORDER BY r.place \(order) LIMIT $1
            ) r WHERE r.before < $2 ORDER BY r.place \(order)
            """
    }
}

/// Reads logs within a transaction.
struct PostgresLogReader: LogReader {
    let connection: PostgresConnection

    func log(of subject: Subject) throws -> StoredLog? {
        try connection.run(PostgresArchive.logSelection, subject.columns).first.map { StoredLog($0) }
    }

    func place(
        of id: EntryID,
        in log: Int64,
        generations: ClosedRange<Int>
    ) throws -> (place: Int, generation: Int)? {
        let row = try connection.run(
            """
            SELECT r.place, r.generation FROM generate_series($1::integer, $2::integer, -1) AS g
            JOIN record r ON r.log = $3 AND r.generation = g AND r.id = $4 ORDER BY g DESC LIMIT 1
            """,
            [
                .integer(Int64(generations.upperBound)), .integer(Int64(generations.lowerBound)), .integer(log),
                .bytes(id.archiveKey),
            ]
        ).first
        guard let row, let place = row.integer("place"), let generation = row.integer("generation") else { return nil }
        return (Int(place), Int(generation))
    }

    func place(before id: EntryID, in log: Int64, generation: Int) throws -> Int? {
        try connection.run(
            "SELECT place FROM record WHERE log = $1 AND generation = $2 AND id < $3 ORDER BY id DESC LIMIT 1",
            [.integer(log), .integer(Int64(generation)), .bytes(id.archiveKey)]
        ).first?.integer("place").map { Int($0) }
    }

    /// The shortest event, about. A page of so many bytes is not looked for among more records than may fit.
    private static let shortest = 200

    func has(_ id: EntryID, in log: Int64, generation: Int) throws -> Bool {
        try connection.run(
            "SELECT 1 AS there FROM record WHERE log = $1 AND generation = $2 AND id = $3",
            [.integer(log), .integer(Int64(generation)), .bytes(id.archiveKey)]
        ).count > 0
    }

    func read(_ log: Int64, _ range: ReplayRange, _ take: (ArchivedRecord) -> Bool) throws -> Int? {
        let log = PostgresValue.integer(log)
        let limit = min(range.limit, range.bytes / Self.shortest + 16)
        func records(after place: Int) -> PostgresStatement {
            // What was in no stream has no place in a viewer's order.
            PostgresStatement(
                BoundedRecords.statement(
                    where: """
                        r.log = $3 AND r.place > $4 AND (r.id IS NOT NULL OR r.kind = 3)
                            AND (r.generation < $5 OR r.id <= $6 OR r.id IS NULL)
                        """,
                    isForward: true
                ),
                [
                    .integer(Int64(limit)), .integer(Int64(range.bytes)), log, .integer(Int64(place)),
                    .integer(Int64(range.latest)), .bytes(range.through.archiveKey),
                ]
            )
        }
        let number = PostgresStatement(
            """
            SELECT seq FROM record
            WHERE log = $1 AND place BETWEEN $2 AND $3 AND generation = $4 AND seq IS NOT NULL
            ORDER BY place DESC LIMIT 1
            """,
            [
                log, .integer(Int64(range.after.place - ReplayRange.numberDistance)),
                .integer(Int64(range.after.place)), .integer(Int64(range.after.generation)),
            ]
        )
        let answers = try connection.run([number, records(after: range.after.place)])
        var rows = answers[1]
        while true {
            var bytes = 0
            var last = 0
            for index in 0..<rows.count {
                let record = ArchivedRecord(rows[index])
                if !take(record) { return answers[0].first?.integer("seq").map { Int($0) } }
                bytes += record.event.utf8.count
                last = record.place
            }
            // Behind what was cut off there is more.
            guard rows.count >= limit || bytes >= range.bytes else { break }
            rows = try connection.run([records(after: last)])[0]
        }
        return answers[0].first?.integer("seq").map { Int($0) }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import GRDB

/// Runs, and what becomes of old ones.
extension SQLiteArchive {
    package func runs(_ query: HistoryQuery) async throws(ArchiveError) -> HistoryPage {
        let selection = HistorySelection(query)
        return try await read { database in
            selection.page(
                of: try Row.fetchAll(database, sql: selection.sql, arguments: StatementArguments(selection.values))
            )
        }
    }

    package func run(_ requestID: Identifier) async throws(ArchiveError) -> ArchivedRun? {
        try await read { try Self.log(of: .run(requestID), in: $0).flatMap { ArchivedRun($0) } }
    }

    // MARK: Removing

    /// How many records are removed in one transaction, so that the archiver does not wait long.
    private static let removedAtOnce = 2000

    package func remove(_ subject: Subject) async throws(ArchiveError) -> Bool {
        // From the first moment on it is there for nobody.
        let number: Int64? = try await change { database in
            guard let log = try Self.log(of: subject, in: database) else { return nil }
            let number: Int64 = log["number"]
            try Self.hide(number, in: database)
            return number
        }
        guard let number else { return false }
        try await removeHidden(number)
        return true
    }

    private static func hide(_ number: Int64, in database: Database) throws {
        try database.execute(
            sql: "UPDATE log SET kind = kind + 2, name = name || ' ' || number WHERE number = ? AND kind < 2",
            arguments: [number]
        )
    }

    func removeHidden(_ number: Int64) async throws(ArchiveError) {
        var isThere = true
        while isThere {
            isThere = try await change { database in
                let part = "SELECT number FROM record WHERE log = ? ORDER BY place LIMIT \(Self.removedAtOnce)"
                let kind = try Int.fetchOne(database, sql: "SELECT kind FROM log WHERE number = ?", arguments: [number])
                if kind == 2 {
                    try Self.removeFromIndex("t.number IN (\(part))", [number], in: database)
                }
                try database.execute(sql: "DELETE FROM record WHERE number IN (\(part))", arguments: [number])
                if database.changesCount == Self.removedAtOnce { return true }
                try database.execute(sql: "DELETE FROM picture WHERE log = ?", arguments: [number])
                try database.execute(sql: "DELETE FROM log WHERE number = ?", arguments: [number])
                return false
            }
        }
    }

    package func retain(since time: Timestamp?, bytes: Int?, going: Timestamp) async throws(ArchiveError) -> Int {
        // What a process that was killed has not finished.
        let left = try await change { database in
            let yesterday = Timestamp.now().milliseconds - 86_400_000
            try database.execute(
                sql: "UPDATE log SET kind = 2 WHERE kind = 4 AND archived_at < ?",
                arguments: [yesterday]
            )
            return try Int64.fetchAll(database, sql: "SELECT number FROM log WHERE kind IN (2, 3)")
        }
        for number in left { try await removeHidden(number) }
        var removed = 0
        while let number = try await hideOldest(since: time, bytes: bytes, going: going) {
            try await removeHidden(number)
            removed += 1
        }
        if removed + left.count > 0 { try await giveBackSpace() }
        return removed
    }

    private func hideOldest(
        since time: Timestamp?,
        bytes: Int?,
        going: Timestamp
    ) async throws(ArchiveError) -> Int64? {
        try await change { database in
            let isTooLarge = try bytes.map { try Self.bytesInUse(database) > $0 } ?? false
            let limit = isTooLarge ? Int64.max : time?.milliseconds ?? .min
            let number = try Int64.fetchOne(
                database,
                sql: """
                    SELECT number FROM log WHERE kind < 2 AND archived_at < ? AND (is_over OR archived_at < ?)
                    ORDER BY archived_at LIMIT 1
                    """,
                arguments: [limit, going.milliseconds]
            )
            if let number { try Self.hide(number, in: database) }
            return number
        }
    }

    /// Gives space back to the file system, a little at a time.
    private func giveBackSpace() async throws(ArchiveError) {
        var isMore = true
        while isMore {
            isMore = try await change { database in
                let before = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                _ = try Row.fetchAll(database, sql: "PRAGMA incremental_vacuum(1000)")
                let after = try Int.fetchOne(database, sql: "PRAGMA freelist_count") ?? 0
                return after > 0 && after < before
            }
        }
    }
}

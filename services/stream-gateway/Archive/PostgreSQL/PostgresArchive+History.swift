//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
import Postgres

/// Runs, and what becomes of old ones.
extension PostgresArchive {
    package func runs(_ query: HistoryQuery) async throws(ArchiveError) -> HistoryPage {
        let selection = HistorySelection(query)
        return try await find { connection in
            let rows = try connection.run([PostgresStatement(positional: selection.sql, selection.values)])[0]
            return selection.page(of: rows.map(\.self))
        }
    }

    package func run(_ requestID: Identifier) async throws(ArchiveError) -> ArchivedRun? {
        try await read { connection in
            try connection.run(Self.logSelection, Subject.run(requestID).columns).first.flatMap { ArchivedRun($0) }
        }
    }

    // MARK: Removing

    /// How many records are removed in one transaction, so that the archiver does not wait long.
    private static let removedAtOnce = 2000

    package func remove(_ subject: Subject) async throws(ArchiveError) -> Bool {
        // From the first moment on it is there for nobody.
        let number = try await change { connection, _ in
            let log = try connection.run(Self.logSelection, subject.columns).first?.integer("number")
            if let log { try Self.hide(log, connection) }
            return log
        }
        guard let number else { return false }
        try await removeHidden(number)
        return true
    }

    private static func hide(_ number: Int64, _ connection: PostgresConnection) throws {
        try connection.run(
            "UPDATE log SET kind = kind + 2, name = name || ' ' || number WHERE number = $1 AND kind < 2",
            [.integer(number)]
        )
    }

    func removeHidden(_ number: Int64) async throws(ArchiveError) {
        var isThere = true
        while isThere {
            isThere = try await change { connection, _ in
                let removed = try connection.run(
                    """
                    DELETE FROM record WHERE number IN (
                        SELECT number FROM record WHERE log = $1 ORDER BY place LIMIT \(Self.removedAtOnce)
                    )
                    """,
                    [.integer(number)]
                )
                if removed.changedCount == Self.removedAtOnce { return true }
                try connection.run("DELETE FROM picture WHERE log = $1", [.integer(number)])
                try connection.run("DELETE FROM log WHERE number = $1", [.integer(number)])
                return false
            }
        }
    }

    package func retain(since time: Timestamp?, bytes: Int?, going: Timestamp) async throws(ArchiveError) -> Int {
        // What a process that was killed has not finished.
        let left = try await change { connection, _ in
            let yesterday = Timestamp.now().milliseconds - 86_400_000
            try connection.run(
                "UPDATE log SET kind = 2 WHERE kind = 4 AND archived_at < $1",
                [.integer(yesterday)]
            )
            return try connection.run("SELECT number FROM log WHERE kind IN (2, 3)")
                .map { $0.integer("number") ?? 0 }
        }
        for number in left { try await removeHidden(number) }
        var removed = 0
        while let number = try await hideOldest(since: time, bytes: bytes, going: going) {
            try await removeHidden(number)
            removed += 1
        }
        return removed
    }

    private func hideOldest(
        since time: Timestamp?,
        bytes: Int?,
        going: Timestamp
    ) async throws(ArchiveError) -> Int64? {
        try await change { connection, _ in
            var limit = time?.milliseconds ?? .min
            if let bytes {
                if try Self.size(connection).bytes > bytes { limit = .max }
            }
            let number = try connection.run(
                """
                SELECT number FROM log WHERE kind < 2 AND archived_at < $1 AND (is_over OR archived_at < $2)
                ORDER BY archived_at LIMIT 1
                """,
                [.integer(limit), .integer(going.milliseconds)]
            ).first?.integer("number")
            if let number { try Self.hide(number, connection) }
            return number
        }
    }
}

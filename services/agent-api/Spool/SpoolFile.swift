//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import GRDB

/// A SQLite file with the entries of one process, in WAL mode.
///
/// Every commit is synced to disk before it returns, so that entries survive a power failure.
final class SpoolFile: Sendable {
    /// The kinds of file errors that are handled differently.
    enum Failure: Error {
        /// The file is damaged or not a spool. This is permanent.
        case corrupt(String)

        /// The file cannot be written or read at the moment, for example because the disk is full.
        case unavailable(String)
    }

    let path: String
    private let queue: DatabaseQueue

    /// Opens a file, and creates it if necessary.
    ///
    /// - Parameters:
    ///   - target: The Redis that the entries are for. It is written into a new file.
    ///   - maximumBytes: The maximum size of the file.
    init(path: String, target: String, maximumBytes: Int) throws(Failure) {
        self.path = path
        var configuration = Configuration()
        configuration.label = "spool"
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(1)
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = FULL")
                let pageSize = try Int.fetchOne(database, sql: "PRAGMA page_size") ?? 4096
                _ = try Int.fetchOne(database, sql: "PRAGMA max_page_count = \(max(16, maximumBytes / pageSize))")
            }
            try queue.write { database in
                try database.execute(
                    sql: """
                        CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
                        CREATE TABLE IF NOT EXISTS entry (
                            id INTEGER PRIMARY KEY AUTOINCREMENT, run TEXT NOT NULL, record BLOB, state BLOB
                        );
                        """
                )
                // Files of earlier versions have no such column.
                if try !database.columns(in: "entry").contains(where: { $0.name == "recording" }) {
                    try database.execute(sql: "ALTER TABLE entry ADD COLUMN recording BLOB")
                }
                try database.execute(sql: "INSERT OR IGNORE INTO meta VALUES ('target', ?)", arguments: [target])
            }
            self.queue = queue
        } catch {
            throw Failure(error)
        }
    }

    /// The Redis that the entries are for.
    func target() async throws(Failure) -> String? {
        try await perform { try String.fetchOne($0, sql: "SELECT value FROM meta WHERE name = 'target'") }
    }

    /// Appends and removes entries in one transaction.
    ///
    /// - Returns: The row of each appended entry.
    func change(append entries: [SpoolEntry], remove rows: [Int64]) async throws(Failure) -> [Int64] {
        try await perform { database in
            var added: [Int64] = []
            try database.inTransaction {
                let removal = try database.cachedStatement(sql: "DELETE FROM entry WHERE id = ?")
                for row in rows { try removal.execute(arguments: [row]) }
                let addition = try database.cachedStatement(
                    sql: "INSERT INTO entry (run, record, state, recording) VALUES (?, ?, ?, ?)"
                )
                for entry in entries {
                    try addition.execute(arguments: [
                        entry.run, entry.record.map { Data($0) }, entry.state.map { Data($0) },
                        entry.recording.map { Data($0) },
                    ])
                    added.append(database.lastInsertedRowID)
                }
                return .commit
            }
            return added
        }
    }

    /// The next entries after a row, in the order in which they were appended.
    func entries(after row: Int64, limit: Int) async throws(Failure) -> [(row: Int64, entry: SpoolEntry)] {
        try await perform { database in
            let sql = "SELECT id, run, record, state, recording FROM entry WHERE id > ? ORDER BY id LIMIT ?"
            return try Row.fetchAll(database, sql: sql, arguments: [row, limit]).map { row in
                let record: Data? = row["record"]
                let state: Data? = row["state"]
                let recording: Data? = row["recording"]
                let entry = SpoolEntry(
                    run: row["run"],
                    record: record.map { Array($0) },
                    state: state.map { Array($0) },
                    recording: recording.map { Array($0) }
                )
                return (row["id"], entry)
            }
        }
    }

    /// The number of entries.
    func count() async throws(Failure) -> Int {
        try await perform { try Int.fetchOne($0, sql: "SELECT count(*) FROM entry") ?? 0 }
    }

    /// Closes the file and keeps its entries.
    func close() { try? queue.close() }

    /// Closes the file and removes it.
    func remove() {
        close()
        for suffix in Self.suffixes { try? FileManager.default.removeItem(atPath: path + suffix) }
    }

    /// Renames an unusable file, so that it can be examined.
    ///
    /// - Returns: The new path.
    static func moveAside(_ path: String) -> String {
        let aside = "\(path).corrupt-\(UUID().uuidString.prefix(8))"
        for suffix in Self.suffixes { try? FileManager.default.moveItem(atPath: path + suffix, toPath: aside + suffix) }
        return aside
    }

    /// The files of a SQLite database in WAL mode.
    private static let suffixes = ["", "-wal", "-shm"]

    /// GRDB's own `async` calls fail when the task is cancelled, but the last entries of a run that is being stopped
    /// must be kept like all others.
    private func perform<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(Failure) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            queue.asyncWriteWithoutTransaction { database in
                continuation.resume(returning: Result { try body(database) })
            }
        }
        do {
            return try result.get()
        } catch {
            throw Failure(error)
        }
    }
}

extension SpoolFile.Failure {
    init(_ error: any Error) {
        guard let error = error as? DatabaseError else {
            self = .unavailable("\(error)")
            return
        }
        let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        // A missing table or column means that the schema is wrong, which is as bad as a damaged page.
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_FORMAT: self = .corrupt(reason)
        default: self = .unavailable(reason)
        }
    }
}

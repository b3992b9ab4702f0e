//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import GRDB

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// An archive in a SQLite file, in WAL mode: one process writes at a time, and readers neither wait for it nor hold it up.
///
/// Commits survive the process's being killed. After a power failure the latest ones may be gone, together with the
/// cursors that belong to them.
package final class SQLiteArchive: ArchiveStore {
    let pool: DatabasePool

    /// Opens a file, and creates it and its folder if necessary.
    ///
    /// - Parameters:
    ///   - path: Its path.
    ///   - patience: How long a locked file is waited for, in seconds.
    package init(path: String, patience: Double = 5) throws(ArchiveError) {
        do {
            try Self.prepare(path)
            var configuration = Configuration()
            configuration.label = "archive"
            configuration.busyMode = .timeout(patience)
            configuration.maximumReaderCount = 4
            configuration.prepareDatabase { database in
                try database.execute(sql: "PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32768")
                try Relevance.define(in: database)
            }
            pool = try DatabasePool(path: path, configuration: configuration)
            try pool.writeWithoutTransaction { try SQLiteSchema.migrate($0) }
        } catch {
            throw ArchiveError(sqlite: error)
        }
    }

    /// Creates the file. Space of removed records is given back bit by bit, which must be decided before the first table.
    private static func prepare(_ path: String) throws {
        let folder = URL(filePath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw ArchiveError.unavailable("\(folder) is no folder and cannot be created")
        }
        let file = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw ArchiveError.unavailable("\(path) cannot be written (\(String(cString: strerror(errno))))")
        }
        let isEmpty = lseek(file, 0, SEEK_END) == 0
        Glibc.close(file)
        guard isEmpty else { return }
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA auto_vacuum = INCREMENTAL; VACUUM") }
        try queue.close()
    }

    package func close() async { try? pool.close() }

    // MARK: Access

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ArchiveError) -> Value {
        do {
            return try await pool.read(body)
        } catch {
            throw ArchiveError(sqlite: error)
        }
    }

    /// A transaction. It is not given up when the task is cancelled: what was taken from a queue must be written.
    func change<Value: Sendable>(
        _ body: @escaping @Sendable (Database) throws -> Value
    ) async throws(ArchiveError) -> Value {
        let result: Result<Value, any Error> = await withCheckedContinuation { continuation in
            pool.asyncWriteWithoutTransaction { database in
                continuation.resume(
                    returning: Result {
                        var value: Value?
                        try database.inTransaction(.immediate) {
                            value = try body(database)
                            return .commit
                        }
                        guard let value else { throw ArchiveError.unavailable("the transaction was not begun") }
                        return value
                    }
                )
            }
        }
        do {
            return try result.get()
        } catch {
            throw ArchiveError(sqlite: error)
        }
    }

    package func size() async throws(ArchiveError) -> ArchiveSize {
        try await read { database in
            let records = try Int.fetchOne(database, sql: "SELECT max(number) FROM record") ?? 0
            return ArchiveSize(records: records, bytes: try Self.bytesInUse(database))
        }
    }

    static func bytesInUse(_ database: Database) throws -> Int {
        func pragma(_ name: String) throws -> Int { try Int.fetchOne(database, sql: "PRAGMA \(name)") ?? 0 }
        return (try pragma("page_count") - pragma("freelist_count")) * (try pragma("page_size"))
    }
}

extension ArchiveError {
    init(sqlite error: any Error) {
        if let error = error as? ArchiveError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unavailable("\(error)")
            return
        }
        let reason = error.message ?? "SQLite error \(error.extendedResultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: self = .corrupt(reason)
        default: self = .unavailable(reason)
        }
    }
}

extension Row: StoredRow {
    func integer(_ column: String) -> Int64? { self[column] }

    func flag(_ column: String) -> Bool? { self[column] }

    func text(_ column: String) -> String? { self[column] }

    func data(_ column: String) -> Data? { self[column] }
}

extension StatementArguments {
    init(_ values: [StoredValue]) {
        self.init(
            values.map { value -> (any DatabaseValueConvertible)? in
                switch value {
                case .integer(let number): number
                case .text(let text): text
                }
            }
        )
    }
}

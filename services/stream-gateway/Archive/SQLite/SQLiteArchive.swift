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

extension EntryID {
    /// 16 bytes whose order is that of the ids.
    var archiveKey: Data {
        var key = Data(capacity: 16)
        for number in [milliseconds, sequence] {
            for shift in stride(from: 56, through: 0, by: -8) { key.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return key
    }

    init?(archiveKey key: Data) {
        guard key.count == 16 else { return nil }
        let numbers = key.reduce(into: (high: UInt64(0), low: UInt64(0), count: 0)) { numbers, byte in
            if numbers.count < 8 {
                numbers.high = numbers.high << 8 | UInt64(byte)
            } else {
                numbers.low = numbers.low << 8 | UInt64(byte)
            }
            numbers.count += 1
        }
        self.init(milliseconds: numbers.high, sequence: numbers.low)
    }
}

extension LogLevel {
    /// From 0, the least severe.
    var archiveRank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    init(archiveRank rank: Int) {
        self = Self.allCases.indices.contains(rank) ? Self.allCases[rank] : .info
    }
}

extension Subject {
    /// 0 for a run, 1 for a batch.
    var archiveKind: Int {
        switch self {
        case .run: 0
        case .batch: 1
        }
    }
}

extension ArchivedRecord {
    /// The columns of a record, for ``init(_:)``.
    static let columns = "r.place, r.generation, r.id, r.seq, r.time, r.level, r.kind, r.event"

    init(_ row: Row) {
        let key: Data? = row["id"]
        self.init(
            place: row["place"],
            generation: row["generation"],
            id: key.flatMap { EntryID(archiveKey: $0) },
            number: row["seq"],
            time: Timestamp(milliseconds: row["time"]),
            level: LogLevel(archiveRank: row["level"]),
            kind: Kind(rawValue: row["kind"]) ?? .record,
            event: row["event"]
        )
    }
}

extension ArchiveCursor {
    /// Reads the columns of a log.
    init(_ row: Row) {
        self.init()
        place = row["place"]
        generation = row["generation"]
        let key: Data? = row["id"]
        id = key.flatMap { EntryID(archiveKey: $0) }
        number = row["seq"]
        isOver = row["is_over"]
    }
}

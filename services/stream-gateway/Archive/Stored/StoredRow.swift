//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials

/// A row of any database, whose tables have the same columns. `nil` is `NULL`.
protocol StoredRow {
    func integer(_ column: String) -> Int64?
    func flag(_ column: String) -> Bool?
    func text(_ column: String) -> String?
    func data(_ column: String) -> Data?
}

extension StoredRow {
    fileprivate func time(_ column: String) -> Timestamp? { integer(column).map { Timestamp(milliseconds: $0) } }

    fileprivate func number(_ column: String) -> Int? { integer(column).map { Int($0) } }

    fileprivate func identifier(_ column: String) -> Identifier? { text(column).flatMap(Identifier.init(rawValue:)) }

    fileprivate var id: EntryID? { data("id").flatMap { EntryID(archiveKey: $0) } }
}

extension ArchivedRecord {
    /// The columns of a record, for ``init(_:)``.
    static let columns = "r.place, r.generation, r.id, r.seq, r.time, r.level, r.kind, r.event"

    init(_ row: some StoredRow) {
        self.init(
            place: row.number("place") ?? 0,
            generation: row.number("generation") ?? 0,
            id: row.id,
            number: row.number("seq"),
            time: row.time("time") ?? Timestamp(milliseconds: 0),
            level: LogLevel(archiveRank: row.number("level") ?? 0),
            kind: row.number("kind").flatMap(Kind.init(rawValue:)) ?? .record,
            event: row.text("event") ?? ""
        )
    }
}

/// A log as its row has it.
struct StoredLog {
    let number: Int64
    let cursor: ArchiveCursor

    /// The first place of the latest generation.
    let generationPlace: Int

    init(_ row: some StoredRow) {
        number = row.integer("number") ?? 0
        generationPlace = row.number("generation_place") ?? 1
        cursor = ArchiveCursor(row)
    }
}

extension ArchiveCursor {
    /// Reads the columns of a log.
    init(_ row: some StoredRow) {
        self.init()
        place = row.number("place") ?? 0
        generation = row.number("generation") ?? 0
        id = row.id
        number = row.number("seq")
        isOver = row.flag("is_over") ?? false
    }
}

extension ArchivedRun {
    init?(_ row: some StoredRow) {
        guard let requestID = row.identifier("name") else { return nil }
        self.requestID = requestID
        facts = RunFacts()
        facts.sessionID = row.identifier("session")
        facts.batchID = row.identifier("batch")
        facts.task = row.text("task")
        facts.status = row.text("status").flatMap(RunStatus.init(rawValue:))
        facts.steps = row.number("steps")
        facts.result = row.text("result")
        facts.error = row.text("error")
        facts.createdAt = row.time("created")
        facts.startedAt = row.time("started")
        facts.finishedAt = row.time("finished")
        records = row.number("place") ?? 0
        archivedAt = row.time("archived_at") ?? Timestamp(milliseconds: 0)
        firstTime = row.time("first_time") ?? archivedAt
        lastTime = row.time("last_time") ?? archivedAt
        isOver = row.flag("is_over") ?? false
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

extension ArchiveEntry {
    /// The records behind a place.
    ///
    /// - Throws: ``ArchiveError`` if they do not follow it one after the other.
    func records(after place: Int) throws(ArchiveError) -> ArraySlice<ArchivedRecord> {
        let new = records.drop { $0.place <= place }
        var last = place
        for record in new {
            guard record.place == last + 1 else {
                throw .unavailable("place \(record.place) of the \(subject) does not follow \(last)")
            }
            last = record.place
        }
        return new
    }

    /// The first place of the cursor's generation among the records.
    var generationPlace: Int { records.first { $0.generation == cursor.generation }?.place ?? 1 }
}

extension String {
    /// Without U+0000, which PostgreSQL keeps in no text and which ends a text that is read from SQLite. It becomes U+FFFD.
    var storable: String { utf8.contains(0) ? replacing("\0", with: "\u{FFFD}") : self }
}

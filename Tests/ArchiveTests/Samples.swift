//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport

/// Runs a body with a new archive in a database, and where it is.
func withArchive<Result>(
    _ database: TestDatabase,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (any ArchiveStore, TestDatabasePlace) async throws -> Result
) async throws -> Result {
    try await database.withPlace { place in
        let archive = try await place.open()
        let result = try await body(archive, place)
        await archive.close()
        return result
    }
}

extension TestDatabasePlace {
    /// Opens the archive, as one process does.
    func open() async throws -> any ArchiveStore {
        guard let address = ArchiveAddress(url) else { throw TestFailure("\(url) is no address") }
        return try await OpenArchive(address).open()
    }
}

extension ArchiveEntry {
    /// Records of a run that follow a cursor, one for each text.
    init(
        _ subject: Subject,
        after cursor: ArchiveCursor = ArchiveCursor(),
        texts: [String],
        level: LogLevel = .info,
        at time: Int64 = 1_700_000_000_000,
        ends: Bool = false,
        facts: RunFacts? = nil
    ) {
        var cursor = cursor
        var records: [ArchivedRecord] = []
        for text in texts {
            cursor.place += 1
            cursor.number = (cursor.number ?? 0) + 1
            cursor.id = EntryID(milliseconds: UInt64(time) + UInt64(cursor.place), sequence: 0)
            let isEnd = ends && records.count == texts.count - 1
            cursor.isOver = isEnd
            let timestamp = Timestamp(milliseconds: time + Int64(cursor.place))
            let record = LogRecord(
                message: text,
                requestID: subject.identifier,
                timestamp: timestamp,
                level: level,
                seq: cursor.number
            )
            records.append(
                ArchivedRecord(
                    place: cursor.place,
                    generation: cursor.generation,
                    id: cursor.id,
                    number: cursor.number,
                    time: timestamp,
                    level: level,
                    kind: isEnd ? .end : .record,
                    event: String(decoding: StreamEvent(record, channel: "c").json, as: UTF8.self)
                )
            )
        }
        self.init(subject, records: records, cursor: cursor, facts: facts)
    }
}

func run(_ name: String) -> Subject { .run(identifier(name)) }

func batch(_ name: String) -> Subject { .batch(identifier(name)) }

func identifier(_ name: String) -> Identifier {
    guard let identifier = Identifier(rawValue: name) else { preconditionFailure("\(name) is no identifier") }
    return identifier
}

extension ArchivedRecord {
    /// The text of a `log`.
    var text: String {
        if case .log(let record, _) = StreamEvent(json: event.utf8) { record.message } else { "" }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// An event of a log as the archive keeps it.
package struct ArchivedRecord: Hashable, Sendable {
    /// What an event is.
    package enum Kind: Int, Hashable, Sendable {
        case record = 0

        /// The last record of the run or of the batch.
        case end = 1

        /// The last record of one run of a batch.
        case runEnd = 2

        /// Tells of records that were gone before they could be archived.
        case gap = 3

        /// A message without an id whose entry was archived later, at another place. It is shown no more.
        case superseded = 4
    }

    /// Where it stands in its log: 1, 2, 3, … without holes.
    package var place: Int

    /// How often the log had begun anew. Ids grow within a generation.
    package var generation: Int

    /// The id of the stream's entry; `nil` for what was in no stream.
    package var id: EntryID?

    /// The record's number in its run or its batch, if its publisher gives any.
    package var number: Int?

    /// The record's own time.
    package var time: Timestamp

    package var level: LogLevel
    package var kind: Kind

    /// The event, JSON in one line, byte for byte as viewers get it.
    package var event: String

    package init(
        place: Int,
        generation: Int = 0,
        id: EntryID?,
        number: Int? = nil,
        time: Timestamp,
        level: LogLevel = .info,
        kind: Kind = .record,
        event: String
    ) {
        self.place = place
        self.generation = generation
        self.id = id
        self.number = number
        self.time = time
        self.level = level
        self.kind = kind
        self.event = event
    }
}

extension Collection<ArchivedRecord> {
    /// The earliest and the latest time of the records, in milliseconds since 1970; `nil` without any.
    var times: ClosedRange<Int64>? {
        let times = lazy.map(\.time.milliseconds)
        guard let first = times.min(), let last = times.max() else { return nil }
        return first...last
    }
}

/// Up to where a log is archived.
package struct ArchiveCursor: Hashable, Sendable {
    /// The last place; 0 for a log of which nothing is archived.
    package var place = 0

    package var generation = 0

    /// The last entry of the generation; `nil` before the first.
    package var id: EntryID?

    /// The last number of the generation.
    package var number: Int?

    /// Whether the log has ended, and nothing but entries of others came after that.
    package var isOver = false

    package init() {}
}

/// What is known of a run beyond its records.
package struct RunFacts: Hashable, Sendable {
    package var sessionID: Identifier?
    package var batchID: Identifier?
    package var task: String?
    package var status: RunStatus?
    package var steps: Int?
    package var result: String?
    package var error: String?
    package var createdAt: Timestamp?
    package var startedAt: Timestamp?
    package var finishedAt: Timestamp?

    package init() {}

    /// What agent-api's state of the run says.
    package init(_ run: Run) {
        sessionID = run.sessionID
        batchID = run.batchID
        task = run.task
        status = run.status
        steps = run.steps
        result = run.result
        error = run.error
        createdAt = run.createdAt
        startedAt = run.startedAt
        finishedAt = run.finishedAt
    }
}

/// What comes to the archive in one transaction, of one log.
package struct ArchiveEntry: Sendable {
    package var subject: Subject

    /// In order of their places. Those that the archive has already are left out, so that an entry may be written again
    /// when it is not known whether it was.
    package var records: [ArchivedRecord]

    /// Up to where the log is archived with them.
    package var cursor: ArchiveCursor

    /// The places of messages without ids whose entries are among the records.
    package var superseded: [Int]

    /// The steps whose pictures the records announce.
    package var pictures: [Int]

    /// What is known of the run; `nil` to leave it as it is.
    package var facts: RunFacts?

    package init(
        _ subject: Subject,
        records: [ArchivedRecord],
        cursor: ArchiveCursor,
        superseded: [Int] = [],
        pictures: [Int] = [],
        facts: RunFacts? = nil
    ) {
        self.superseded = superseded
        self.pictures = pictures
        self.subject = subject
        self.records = records
        self.cursor = cursor
        self.facts = facts
    }
}

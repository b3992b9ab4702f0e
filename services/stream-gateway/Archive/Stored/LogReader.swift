//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What a database is asked within one transaction to read a log. What follows from the answers is the same for all.
protocol LogReader {
    func log(of subject: Subject) throws -> StoredLog?

    /// Where an entry is in the latest of some generations that has it.
    func place(
        of id: EntryID,
        in log: Int64,
        generations: ClosedRange<Int>
    ) throws -> (place: Int, generation: Int)?

    /// The place of the last entry in front of an id, in a generation.
    func place(before id: EntryID, in log: Int64, generation: Int) throws -> Int?

    /// What of a log a viewer is shown behind a place.
    func part(of log: Int64, _ range: ReplayRange) throws -> ReplayPart
}

/// A piece of a log for a replay.
struct ReplayRange {
    /// The place in front of the first record.
    var after: Int
    var generation: Int

    /// Entries behind this one are left out.
    var through: EntryID

    /// The most records and the most bytes of events, but for the first.
    var limit: Int
    var bytes: Int

    /// How far back a record is looked for that has a number.
    static let numberDistance = 200
}

struct ReplayPart {
    var records: [ArchivedRecord] = []

    /// Whether there may be more, which the limits have cut off.
    var isCut = false

    /// The last number up to the place in front of the records, if one is near.
    var number: Int?

    /// Whether the generation has the entry up to which was asked.
    var reaches = false
}

extension LogReader {
    /// Where an entry is in the latest generation that has it.
    private func place(of id: EntryID, in log: StoredLog) throws -> (place: Int, generation: Int)? {
        let latest = log.cursor.generation
        // A log that begins anew over and over is nobody's honest log.
        return try place(of: id, in: log.number, generations: max(0, latest - 100)...latest)
    }

    func place(of id: EntryID, in subject: Subject) throws -> Int {
        guard let log = try log(of: subject) else { return 0 }
        if let found = try place(of: id, in: log) { return found.place }
        return try place(before: id, in: log.number, generation: log.cursor.generation) ?? log.generationPlace - 1
    }

    func replay(_ subject: Subject, _ query: ReplayQuery) throws -> ReplayPage {
        var page = ReplayPage()
        guard let log = try log(of: subject) else { return page }
        let cursor = log.cursor
        page.cursor = cursor
        var start = (place: log.generationPlace - 1, generation: cursor.generation)
        switch query.start {
        case .beginning, .after(.zero):
            page.isAnchored = true
        case .tail(let count):
            start.place = max(start.place, cursor.place - count)
            page.isAnchored = true
        case .after(let id):
            if let found = try place(of: id, in: log) {
                start = found
                page.isAnchored = true
            } else if let earlier = try place(before: id, in: log.number, generation: cursor.generation) {
                start.place = earlier
            }
        }
        page.isLatest = start.generation == cursor.generation
        let part = try part(
            of: log.number,
            ReplayRange(
                after: start.place,
                generation: start.generation,
                through: query.through,
                limit: query.limit,
                bytes: query.bytes
            )
        )
        page.number = part.number
        page.reaches = part.reaches
        page.records = part.records
        page.isFull = part.isCut
        // A gap belongs to the record behind it.
        if !page.isFull { while page.records.last?.kind == .gap { page.records.removeLast() } }
        return page
    }
}

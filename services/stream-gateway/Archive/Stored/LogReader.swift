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

    /// Whether a generation has an entry.
    func has(_ id: EntryID, in log: Int64, generation: Int) throws -> Bool

    /// Reads what of a log viewers are shown behind a place, in order, until no more is wanted.
    ///
    /// - Parameter take: Is given each record, and says whether more are wanted.
    /// - Returns: The last number up to the place, if one is near.
    func read(_ log: Int64, _ range: ReplayRange, _ take: (ArchivedRecord) -> Bool) throws -> Int?
}

/// A piece of a log for a replay.
struct ReplayRange {
    /// The place in front of the first record, and its generation.
    var after: (place: Int, generation: Int)

    /// The latest generation.
    var latest: Int

    /// Entries of the latest generation behind this one are not wanted.
    var through: EntryID

    /// About how many records and how many bytes of events will be wanted.
    var limit: Int
    var bytes: Int

    /// How far back a record is looked for that has a number.
    static let numberDistance = 200
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
        guard let log = try log(of: subject) else {
            return ReplayPage(query, cursor: nil, generation: 0, isAnchored: false)
        }
        let cursor = log.cursor
        var start = (place: log.generationPlace - 1, generation: cursor.generation)
        var (isAnchored, startsAnew) = (true, false)
        switch query.start {
        case .beginning, .after(.zero):
            break
        case .tail(let count):
            start.place = max(start.place, cursor.place - count)
        case .after(let id):
            if let found = try place(of: id, in: log) {
                start = found
            } else {
                isAnchored = false
                if let earlier = try place(before: id, in: log.number, generation: cursor.generation) {
                    start.place = earlier
                } else {
                    startsAnew = cursor.generation > 0
                }
            }
        }
        var page = ReplayPage(
            query,
            cursor: cursor,
            generation: start.generation,
            isAnchored: isAnchored,
            startsAnew: startsAnew
        )
        let range = ReplayRange(
            after: start,
            latest: cursor.generation,
            through: query.through,
            limit: query.limit,
            bytes: query.bytes
        )
        page.number = try read(log.number, range) { page.take($0) }
        page.end()
        page.reaches = try has(query.through, in: log.number, generation: page.generation)
        return page
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// A page of a log for a viewer.
package struct ReplayPage: Hashable, Sendable {
    package private(set) var records: [ArchivedRecord] = []

    /// Whether there may be more behind them.
    package private(set) var isFull = false

    /// Whether the archive has the entry of the id itself, or begins with the log's first record.
    package let isAnchored: Bool

    /// The last number up to the place, if one is near.
    package var number: Int?

    /// Whether the records are the first of a generation, and the place is in an earlier one.
    package private(set) var startsAnew = false

    /// Whether their generation has the entry up to which was asked.
    package var reaches = false

    /// The generation of the records.
    package private(set) var generation: Int

    /// Up to where the log is archived, in all generations; `nil` where nothing is.
    package let cursor: ArchiveCursor?

    private let query: ReplayQuery
    private var bytes = 0

    /// - Parameters:
    ///   - generation: That of the place behind which the records are.
    ///   - startsAnew: Whether the place is in an earlier one.
    package init(
        _ query: ReplayQuery,
        cursor: ArchiveCursor?,
        generation: Int,
        isAnchored: Bool,
        startsAnew: Bool = false
    ) {
        self.query = query
        self.cursor = cursor
        self.generation = generation
        self.isAnchored = isAnchored
        self.startsAnew = startsAnew
    }

    /// Whether the log has not begun anew behind the records.
    package var isLatest: Bool { generation == cursor?.generation }

    /// Takes the next record behind the place, if it belongs to the page.
    ///
    /// - Returns: Whether more are wanted.
    mutating func take(_ record: ArchivedRecord) -> Bool {
        if record.generation != generation {
            removeTrailingGaps()
            guard records.isEmpty, isAnchored else {
                isFull = true
                return false
            }
            generation = record.generation
            startsAnew = true
        }
        // The id is of the latest generation.
        if isLatest, record.id ?? .zero > query.through { return false }
        records.append(record)
        bytes += record.event.utf8.count
        isFull = records.count >= query.limit || bytes >= query.bytes
        return !isFull
    }

    /// There are no more records, or none that are wanted.
    mutating func end() {
        if !isFull { removeTrailingGaps() }
    }

    /// A gap belongs to the record behind it.
    private mutating func removeTrailingGaps() {
        while records.last?.kind == .gap { records.removeLast() }
    }
}

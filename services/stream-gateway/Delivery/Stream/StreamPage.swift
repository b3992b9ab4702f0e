//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What a stream holds behind an id, as of one moment.
package struct StreamPage: Sendable {
    /// The records behind the id, the oldest first.
    package var records: [LogRecord]

    /// Whether there may be more behind them.
    package var isFull: Bool

    /// Where the id itself stands.
    package var anchor: Anchor

    /// The last id that the stream ever gave. `nil` where there is no stream, or nothing is known.
    package var lastID: EntryID?

    /// How many entries the stream ever took. `nil` where that was not asked for, or is not known (before Redis 7).
    package var added: Int?

    /// How many entries the stream took and no longer has; `nil` like ``added``. In a page from the beginning only if all
    /// of them are older than those that it has.
    package var gone: Int?

    /// When Redis may have lost its latest entries; only where the stream ends before the id, or does not know it.
    package var losses: [ClosedRange<UInt64>] = []

    /// What is known of the numbers up to the id, where that was asked for.
    package var count: Position.Count

    /// What the stream holds at an id.
    package enum Anchor: Hashable, Sendable {
        /// The entry, or there is nothing behind it and nothing is missing.
        case present

        /// Not the entry, but older ones: it was deleted.
        case deleted

        /// Neither it nor anything older: what was behind it may be gone as well.
        case trimmed

        /// Older ones, and it was not deleted from among them: it never was in this stream, or Redis has lost it.
        case unknown
    }

    package init(
        records: [LogRecord],
        isFull: Bool = false,
        anchor: Anchor = .present,
        lastID: EntryID? = nil,
        added: Int? = nil,
        gone: Int? = nil,
        count: Position.Count = .unknown
    ) {
        self.records = records
        self.isFull = isFull
        self.anchor = anchor
        self.lastID = lastID
        self.added = added
        self.gone = gone
        self.count = count
    }

    /// What is missing in front of the first record, for somebody who begins with the first that there ever was.
    var holeAtBeginning: Hole? { holeAtBeginning(first: records.first.flatMap { $0.batchSeq ?? $0.seq }) }

    /// - Parameter number: That of the first record.
    func holeAtBeginning(first number: Int?) -> Hole? {
        guard let gone = self.gone, gone > 0 else { return nil }
        let numbered = (number ?? 1) &- 1
        return Hole(missed: numbered > 0 ? numbered : gone)
    }
}

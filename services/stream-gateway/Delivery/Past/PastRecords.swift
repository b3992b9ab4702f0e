//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// Where the records are that Redis does not have any more.
package protocol PastRecords: Sendable {
    /// A page of a log.
    ///
    /// - Throws: Any error, while it does not answer.
    func page(of name: Subject, _ query: PastQuery) async throws -> PastPage
}

/// What is asked of the past.
package struct PastQuery: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
        /// With the first record since the log has begun anew the last time.
        case beginning

        /// With the last so many of them.
        case tail(Int)

        /// Behind an entry.
        case after(EntryID)
    }

    package var start: Start

    /// The first entry that Redis has behind that place; what is behind it is not wanted. `nil` where Redis has none. It
    /// says nothing of what was there before the log began anew the last time.
    package var through: EntryID?
}

/// A record of the past: the event as viewers get it, and what is known of it.
package struct PastRecord: Sendable {
    package var frame: Frame
    package var json: String

    /// - Parameter id: `nil` for a gap.
    package init(id: EntryID?, number: Int?, level: LogLevel, kind: Frame.Kind, json: String) {
        frame = Frame(id: id, number: number, level: level, kind: kind)
        self.json = json
    }
}

/// A page of the past.
package struct PastPage: Sendable {
    /// In the stream's order; none of them without an id but gaps.
    package var records: [PastRecord] = []

    /// Whether there may be more behind them, also of what came when the log had begun anew.
    package var isFull = false

    /// Whether it has the entry that was asked for, or the log's beginning.
    package var isAnchored = false

    /// What is known of the numbers up to the place.
    package var count = Position.Count.unknown

    /// Whether it has the entry that Redis has next, so that nothing can be missing in front of it.
    package var reaches = false

    /// Whether it may yet get what was asked for: it is not as far as Redis.
    package var isBehind = false

    /// Whether the records are what came first when the log had begun anew behind the place.
    package var startsAnew = false

    /// Whether the log has not begun anew behind the records. Ids before and after that cannot be compared.
    package var isLatest = true

    /// Whether the log has ended, and there is nothing behind what is given.
    package var isOver = false

    package init() {}
}

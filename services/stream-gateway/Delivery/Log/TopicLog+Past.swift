//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The records in a page of the past whose messages may come yet, or were given without an id.
struct Replay: Sendable {
    struct Record: Sendable {
        var id: EntryID
        var message: String

        /// Whether it was left out, as the viewer had its message.
        var isLeftOut: Bool
    }

    var records: [Record] = []

    /// When the page was read.
    var moment: Moment
}

/// What the past brings: entries that this log may never read itself, while their messages come on the channel as those of
/// all others do.
extension TopicLog {
    /// How many holes are remembered.
    static let mostHoles = 64

    /// Joins the records of a page of the past with the messages that are known.
    ///
    /// - Returns: The frames with which their messages were given, for those records that have one.
    mutating func join(_ replay: Replay) -> [EntryID: GivenFrame] {
        var frames: [EntryID: GivenFrame] = [:]
        for record in replay.records {
            if given[record.id] == nil, settled.insert(record.id),
                let frame = foreign.replay(record.message, of: record.id, at: replay.moment)
            {
                note(frame, for: record.id)
            }
            frames[record.id] = given[record.id]
        }
        return frames
    }
}

/// The entries of which it was found out lately which messages are theirs, by reading them or because a viewer was given
/// them from the past.
struct SettledEntries: Sendable {
    /// How many are remembered. Those that are forgotten are too old to be announced.
    private static let limit = 4096

    private var ids: Set<EntryID> = []
    private var order: [EntryID] = []
    private var oldest = 0

    func contains(_ id: EntryID) -> Bool { ids.contains(id) }

    /// - Returns: Whether it was not among them.
    mutating func insert(_ id: EntryID) -> Bool {
        guard ids.insert(id).inserted else { return false }
        if order.count < Self.limit {
            order.append(id)
        } else {
            ids.remove(order[oldest])
            order[oldest] = id
            oldest = (oldest + 1) % Self.limit
        }
        return true
    }

    /// Forgets those behind an id, which may be given again.
    mutating func remove(after id: EntryID) {
        order = (order[oldest...] + order[..<oldest]).filter { $0 <= id }
        ids = Set(order)
        oldest = 0
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// The latest changes, so that what is told to many viewers is read once.
struct ChangeRing {
    /// The most changes that are kept.
    private let capacity: Int

    /// The place behind which all changes up to ``end`` are here.
    private(set) var start: EntryID

    /// The last change that was read.
    private(set) var end: EntryID

    private var changes: [Change] = []

    /// - Parameter place: The place in the stream behind which reading begins.
    init(after place: EntryID, capacity: Int = 1000) {
        start = place
        end = place
        self.capacity = capacity
    }

    /// Adds what follows ``end`` in the stream.
    mutating func append(_ new: [Change]) {
        guard let last = new.last else { return }
        changes += new
        end = last.id
        // In bulk, so that each change is moved about once.
        guard changes.count >= 2 * capacity else { return }
        let excess = changes.count - capacity
        start = changes[excess - 1].id
        changes.removeFirst(excess)
    }

    /// At most so many changes behind a place; `nil` where the ring does not have them, which only the stream can tell.
    func changes(after place: EntryID, limit: Int) -> [Change]? {
        guard place >= start, place <= end else { return nil }
        // A place before the first change of all belongs to a stream that was there before this one.
        if start == .zero, place != .zero, let first = changes.first, place < first.id { return nil }
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].id <= place { low = middle + 1 } else { high = middle }
        }
        return Array(changes[low...].prefix(limit))
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Redis

/// An entry of the stream of changes.
struct Change: Sendable, Equatable {
    let id: EntryID

    /// `nil` for an entry that tells of no run; somebody else has written it.
    let run: RunChange?

    /// - Returns: `nil` for what has no id of an entry.
    init?(_ entry: RedisStreamEntry) {
        guard let id = EntryID(entry.id) else { return nil }
        self.id = id
        run = RunChange { entry[$0] }
    }

    init(id: EntryID, run: RunChange?) {
        self.id = id
        self.run = run
    }
}

/// What there is behind a place in the stream.
enum ChangePage: Sendable, Equatable {
    /// The next changes, maybe none.
    case changes([Change])

    /// Changes behind the place are gone. The viewer goes on behind `to`.
    case gap(to: EntryID)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What a viewer asked to see.
package struct ViewerQuery: Hashable, Sendable {
    /// Where to begin.
    package enum Start: Hashable, Sendable {
        /// With the oldest record that there is.
        case beginning

        /// With what comes next.
        case now

        /// Behind a record that the viewer has seen.
        case after(EntryID)

        /// With the last so many records, 1 or more.
        case tail(Int)
    }

    /// Where to begin.
    package var start: Start

    /// The least severe level to see. `end` is always seen.
    package var level: LogLevel

    /// The number of the record behind which to begin, as far as a follower knows.
    var count: Int?

    /// Whether it is no viewer that asks but a follower in this process, which wants frames with the bytes.
    var isFollower = false

    /// Whether what is in no stream is wanted too that came before the follower.
    var wantsEarlier = false

    /// A query; everything unless told otherwise.
    package init(start: Start = .beginning, level: LogLevel = .debug) {
        self.start = start
        self.level = level
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Something that must not happen.
struct Violation {
    enum Kind: String, CaseIterable {
        /// A record was passed over.
        case lost
        /// A record came twice.
        case repeated
        /// A record came after one that follows it.
        case outOfOrder = "out of order"
        /// A record or its id is not as it was written.
        case changed
        /// A `gap` although nothing is gone.
        case gap = "false gap"
        /// No `gap` although something is gone.
        case missingGap = "missing gap"
        /// More than one `gap` for one hole.
        case gapTwice = "gap told twice"
        /// A record without an id that has an entry.
        case withoutID = "without id"
        /// A record that was not shown although nothing kept it.
        case late
        /// 204, or the end of the stream, for who has not seen the `end`.
        case endedEarly = "ended early"
        /// Nothing came for too long, not even a heartbeat, or no answer.
        case silent
        /// An answer or an event that makes no sense.
        case protocolError = "protocol"
        /// The `end` was not seen in the time that there was after the last fault.
        case unfinished
        /// A server ended by itself.
        case crashed
        /// What is archived is not what was stored.
        case archive
        /// What is in Redis is not what was confirmed; then it is not the gateway's doing.
        case redis
    }

    var kind: Kind
    var text: String
    /// The run, if it is about one.
    var run = ""
    /// What happened to the viewer before, one line for each.
    var history: [String] = []
}

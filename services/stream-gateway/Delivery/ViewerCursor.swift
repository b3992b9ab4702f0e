//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Where a viewer stands in a run's stream, and what follows from that for the next record. A pure state machine: it
/// is what makes history and live records one sequence without a hole or a repeat.
struct ViewerCursor: Sendable {
    /// What to do with a record.
    enum Decision: Equatable {
        /// The viewer has it already.
        case skip

        /// Give it.
        case deliver

        /// Say that records behind the last one are gone, so many of them when that is known, then give it.
        case deliverAfterGap(last: EntryID, missed: Int?)

        /// There are records before it that the viewer has not seen: read the stream from the cursor.
        case readHistory
    }

    /// The last record that the viewer has, or has passed over.
    private(set) var position: EntryID

    /// Its number, when it is known.
    private(set) var seq: Int?

    /// Whether the record at the position is no longer in the stream, and with it perhaps others behind it.
    private var lostPosition = false

    /// - Parameters:
    ///   - position: The last record that the viewer has.
    ///   - seq: Its number; 0 when the viewer has seen nothing, so that the first record's number tells of a gap.
    init(position: EntryID, seq: Int?) {
        self.position = position
        self.seq = seq
    }

    /// Takes over what the stream holds at the position: the record's number, or that it is gone.
    mutating func resume(at record: LogRecord?) {
        if let record { self.seq = record.seq } else { self.lostPosition = true }
    }

    /// Decides about a record that came live, right behind another one in the stream.
    mutating func live(_ frame: Frame, after previous: EntryID) -> Decision {
        guard let id = frame.id else { return .deliver }
        guard id > self.position else { return .skip }
        guard previous <= self.position, !self.lostPosition else { return .readHistory }
        return self.advance(to: id, seq: frame.seq)
    }

    /// Decides about a record that was read from the stream: what is missing before it there is gone.
    mutating func stored(_ frame: Frame) -> Decision {
        guard let id = frame.id, id > self.position else { return .skip }
        return self.advance(to: id, seq: frame.seq)
    }

    private mutating func advance(to id: EntryID, seq: Int?) -> Decision {
        defer {
            self.position = id
            self.lostPosition = false
            // A record without a number, from a foreign publisher, says nothing of the numbers around it.
            if let seq { self.seq = seq }
        }
        if self.lostPosition { return .deliverAfterGap(last: self.position, missed: nil) }
        guard let seq, let last = self.seq, seq > last + 1 else { return .deliver }
        return .deliverAfterGap(last: self.position, missed: seq - last - 1)
    }
}

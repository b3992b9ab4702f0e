//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// A viewer's way through the stream, when the ring does not reach back so far. A pure state machine: records go in,
/// what the viewer is to see comes out.
struct StreamCursor: Sendable {
    /// The last record that was read.
    private(set) var position: EntryID

    /// Its number, when it is known; 0 before a run's first.
    private(set) var seq: Int?

    /// Whether it is still to be seen if the stream has the record at the position at all.
    private(set) var isUnchecked: Bool

    /// How many of the last records to begin with.
    private(set) var tail: Int?

    /// The position whose record is gone, until a gap has told of it.
    private var lost: EntryID?

    /// A cursor behind a record.
    ///
    /// - Parameter seq: Its number; 0 for a viewer that has seen nothing.
    init(after position: EntryID, seq: Int?) {
        self.position = position
        self.seq = seq
        self.isUnchecked = position != .zero && seq == nil
    }

    /// A cursor before the last so many records.
    init(tail: Int) {
        self.init(after: .zero, seq: nil)
        self.tail = tail
    }

    /// Takes what the stream holds at the position.
    ///
    /// - Parameter number: The record's number in the stream.
    mutating func check(_ record: LogRecord?, number: Int?) {
        self.isUnchecked = false
        self.seq = number
        self.lost = record == nil ? self.position : nil
    }

    /// Puts the cursor before the last records, of which the oldest is given.
    mutating func begin(before oldest: EntryID?) {
        self.tail = nil
        guard let oldest else { return }
        self.position =
            oldest.sequence > 0
            ? EntryID(milliseconds: oldest.milliseconds, sequence: oldest.sequence - 1)
            : EntryID(milliseconds: oldest.milliseconds &- 1, sequence: .max)
    }

    /// Takes a record that was read from behind the position.
    ///
    /// - Parameter number: The record's number in the stream.
    /// - Returns: What is missing before it, if something is.
    mutating func take(_ record: LogRecord, number: Int?) -> (after: EntryID?, missed: Int?)? {
        guard let id = record.id else { return nil }
        defer {
            self.position = id
            self.lost = nil
            if let number { self.seq = number }
        }
        let after = self.position == .zero ? nil : self.position
        if let lost = self.lost { return (lost, nil) }
        guard let seq = number, let last = self.seq, seq != last + 1 else { return nil }
        return (after, seq > last ? seq - last - 1 : nil)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// What comes to stand in the ring, and what viewers read of it.
extension TopicLog {
    /// Makes a tick's frames visible to viewers.
    package mutating func seal() {
        self.ring.append(&self.open)
        // Behind the latest frame there may be entries that were deleted.
        if self.foreign.held.isEmpty { self.ring.advance(to: self.position.id) }
    }

    /// Whether there is something to be made visible.
    package var hasOpenFrames: Bool { !self.open.frames.isEmpty }

    /// What a viewer is to be written next.
    mutating func read(
        from index: Int,
        level: LogLevel,
        seen: SeenFrames,
        skipsGap: Bool = false,
        count: Position.Count? = nil
    ) -> FrameRing.Slice? {
        self.ring.read(from: index, level: level, seen: seen, skipsGap: skipsGap, count: count)
    }

    /// Whether a viewer that was not there for some frames has missed any for good: those that are in no stream, and
    /// whose entries have not come since.
    func hasMissing(in range: Range<Int>, from level: LogLevel) -> Bool {
        let stored = Set(self.given.values.map(\.index))
        return self.ring.ephemerals(in: range, from: level).contains { !stored.contains($0) }
    }

    /// An event that stands for records that are gone, for one viewer.
    func gap(after: EntryID?, before: EntryID?, hole: Hole) -> ByteBuffer {
        var bytes = ByteBuffer()
        self.encoder.appendGap(after: after, before: before, missed: hole.missed, to: &bytes)
        return bytes
    }

    /// Gives an entry.
    ///
    /// - Parameters:
    ///   - hole: What is missing in front of it.
    ///   - given: The frame with which its message was given before, without an id.
    mutating func append(_ record: LogRecord, hole: Hole?, given: GivenFrame? = nil) {
        let start = self.open.bytes.readableBytes
        if let hole {
            let after = self.open.lastID ?? self.ring.head.id
            self.encoder.appendGap(
                after: after == .zero ? nil : after,
                before: record.id,
                missed: hole.missed,
                to: &self.open.bytes
            )
        }
        let gapLength = self.open.bytes.readableBytes - start
        var frame = self.encoder.append(record, to: &self.open.bytes)
        frame.gapLength = gapLength
        frame.isGapNumbered = hole?.isNumbered ?? false
        frame.given = given
        if let given, let id = frame.id { self.note(given, for: id) }
        self.open.append(frame)
        if frame.kind == .end {
            self.endID = frame.id
        } else if frame.number != nil {
            self.endID = nil
        }
    }

    mutating func note(_ frame: GivenFrame, for id: EntryID) {
        // Older ones are those that the viewers have long passed.
        if self.given.count >= 1000, let oldest = self.given.keys.min() { self.given[oldest] = nil }
        self.given[id] = frame
    }

    /// Gives a message that is in no stream.
    mutating func append(unstored record: LogRecord, at now: Moment) {
        var record = record
        record.id = nil
        self.foreign.gaveUnstored(record, index: self.ring.endIndex + self.open.frames.count, at: now)
        var frame = self.encoder.append(record, to: &self.open.bytes)
        // Nobody can come back behind an end that is in no stream, so it does not end anything.
        if frame.kind == .end { frame.kind = .runEnd }
        self.open.append(frame)
    }

    /// Keeps a frame whose bytes are there already and which follows what was read last.
    mutating func keep(_ frame: Frame) {
        self.open.append(frame)
        guard let id = frame.id else { return }
        self.position.pass(id, frame.count)
        if let added { self.added = added &+ 1 }
        if frame.kind == .end {
            self.endID = id
        } else if frame.number != nil {
            self.endID = nil
        }
    }
}

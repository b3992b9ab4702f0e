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
        ring.append(&open)
        // Behind the latest frame there may be entries that were deleted.
        if foreign.held.isEmpty { ring.advance(to: position.id) }
    }

    /// Whether there is something to be made visible.
    package var hasOpenFrames: Bool { !open.frames.isEmpty }

    /// What a viewer is to be written next.
    mutating func read(
        from index: Int,
        level: LogLevel,
        seen: SeenFrames,
        skipsGap: Bool = false,
        count: Position.Count? = nil
    ) -> FrameRing.Slice? {
        ring.read(from: index, level: level, seen: seen, skipsGap: skipsGap, count: count)
    }

    /// Whether a viewer that was not there for some frames has missed any for good: those that are in no stream, and
    /// whose entries have not come since.
    func hasMissing(in range: Range<Int>, from level: LogLevel) -> Bool {
        let stored = Set(given.values.map(\.index))
        return ring.ephemerals(in: range, from: level).contains { !stored.contains($0) }
    }

    /// An event that stands for records that are gone, for one viewer.
    func gap(after: EntryID?, before: EntryID?, hole: Hole) -> ByteBuffer {
        var bytes = ByteBuffer()
        encoder.appendGap(after: after, before: before, missed: hole.missed, to: &bytes)
        return bytes
    }

    /// Gives an entry.
    ///
    /// - Parameters:
    ///   - hole: What is missing in front of it.
    ///   - given: The frame with which its message was given before, without an id.
    mutating func append(_ record: LogRecord, hole: Hole?, given: GivenFrame? = nil) {
        let hasHole = hole != nil
        let hole = hasPast ? nil : hole
        if hasHole, hasPast, let id = record.id {
            seal()
            ring.removeAll(at: Position(epoch: position.epoch, id: id.predecessor), isBehindHole: true)
            holes.append(id)
            holes.removeFirst(max(0, holes.count - Self.mostHoles))
        }
        let start = open.bytes.readableBytes
        if let hole {
            let after = open.lastID ?? ring.head.id
            encoder.appendGap(
                after: after == .zero ? nil : after,
                before: record.id,
                missed: hole.missed,
                to: &open.bytes
            )
        }
        let gapLength = open.bytes.readableBytes - start
        var frame = encoder.append(record, to: &open.bytes)
        frame.gapLength = gapLength
        frame.isGapNumbered = hole?.isNumbered ?? false
        frame.given = given
        if let given, let id = frame.id { note(given, for: id) }
        open.append(frame)
        if frame.kind == .end {
            endID = frame.id
        } else if frame.number != nil {
            endID = nil
        }
    }

    mutating func note(_ frame: GivenFrame, for id: EntryID) {
        // Older ones are those that the viewers have long passed.
        if given.count >= 1000, let oldest = given.keys.min() { given[oldest] = nil }
        given[id] = frame
    }

    /// Gives a message that is in no stream.
    mutating func append(unstored record: LogRecord, at now: Moment) {
        var record = record
        record.id = nil
        foreign.gaveUnstored(record, index: ring.endIndex + open.frames.count, at: now)
        var frame = encoder.append(record, to: &open.bytes)
        // Nobody can come back behind an end that is in no stream, so it does not end anything.
        if frame.kind == .end { frame.kind = .runEnd }
        open.append(frame)
    }

    /// Keeps a frame whose bytes are there already and which follows what was read last.
    mutating func keep(_ frame: Frame) {
        open.append(frame)
        guard let id = frame.id else { return }
        position.pass(id, frame.count)
        if let added { self.added = added &+ 1 }
        if frame.kind == .end {
            endID = id
        } else if frame.number != nil {
            endID = nil
        }
    }
}

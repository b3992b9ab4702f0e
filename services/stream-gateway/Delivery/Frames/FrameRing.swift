//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import NIOCore

/// The latest frames of a run, encoded once and shared by all viewers. A viewer is an index into it.
///
/// Frames are held in batches, each one buffer: what came in one tick, later what came in many, so that a viewer that is
/// far behind needs few writes. Nothing is copied for a viewer but a reference.
///
/// The ring has everything that the stream had between base and head.
package struct FrameRing {
    /// What a viewer is to be written next.
    package struct Slice {
        /// Whole events; empty when all of them are filtered out.
        package var bytes: ByteBuffer

        /// The frames that the bytes are of, and maybe more, which are filtered out.
        package var frames: ArraySlice<Frame>

        /// The index to read from next.
        package var next: Int

        /// Whether the run's end is among them. It is the last then.
        package var hasEnd: Bool

        /// Whether the last frame tells of what is gone. What comes next need not tell of it again.
        var endsWithGap: Bool

        /// The last entry among them, filtered out or not: where the viewer stands afterwards.
        var lastID: EntryID?

        /// What is known of the numbers up to there.
        var lastCount: Position.Count?

        /// In front of the ring's oldest frame.
        var base: Position

        /// Whether others at the same index get the same, if they have been there for all of the frames…
        var isShared: Bool

        /// …which is so for whoever comes, where all frames are in the stream.
        var isStored: Bool

        /// Whether some frames tell by their numbers that something is missing, for who knows the same numbers as the ring.
        var hasGapByNumber: Bool
    }

    /// The bounds of what is kept.
    package struct Limits {
        package var frames: Int
        package var bytes: Int

        /// The size of a batch, in bytes; a frame that is larger is one by itself. A viewer that does not read holds one.
        package var batchBytes: Int

        package init(frames: Int = 2048, bytes: Int = 1 << 20, batchBytes: Int = 64 << 10) {
            self.frames = frames
            self.bytes = bytes
            self.batchBytes = batchBytes
        }
    }

    /// The index of the oldest frame that is there.
    package private(set) var startIndex = 0

    /// The index of the next frame to come.
    package private(set) var endIndex = 0

    /// In front of the oldest frame.
    package private(set) var base = Position.start

    /// Behind the latest frame.
    package private(set) var head = Position.start

    /// The latest of the frames that left and had no place in the stream: who had not seen them has missed them.
    private var gone: [(index: Int, level: LogLevel)] = []

    /// How many of them are remembered.
    private static let mostGone = 256

    private let limits: Limits
    private(set) var batches: [FrameBatch] = []
    private var byteCount = 0

    /// How many batches came since neighbours were joined.
    private var unjoined = 0

    package init(limits: Limits = Limits()) {
        self.limits = limits
    }

    package var isEmpty: Bool { startIndex == endIndex }

    /// Appends a tick's frames. The oldest leave when the bounds are exceeded, but never those just appended, which nobody
    /// has seen yet.
    mutating func append(_ open: inout OpenFrames) {
        guard !open.frames.isEmpty else { return }
        let older = batches.count
        for batch in FrameBatch.split(open, at: limits.batchBytes) {
            batches.append(batch)
            unjoined += 1
            endIndex += batch.frames.count
            byteCount += batch.bytes.readableBytes
            batch.move(&self.head)
        }
        open.frames.removeAll(keepingCapacity: true)
        open.ends.removeAll(keepingCapacity: true)
        open.bytes = ByteBuffer()
        open.lastID = nil
        var leaving = 0
        while leaving < older,
            endIndex - startIndex > limits.frames || byteCount > limits.bytes
        {
            let oldest = batches[leaving]
            note(leaving: oldest, at: startIndex)
            startIndex += oldest.frames.count
            byteCount -= oldest.bytes.readableBytes
            oldest.move(&base)
            leaving += 1
        }
        batches.removeFirst(leaving)
    }

    /// Moves the head behind entries that are gone.
    mutating func advance(to id: EntryID) { head.id = max(head.id, id) }

    private mutating func note(leaving batch: FrameBatch, at start: Int) {
        guard batch.hasEphemeral else { return }
        for (offset, frame) in batch.frames.enumerated() where frame.isEphemeral {
            gone.append((start + offset, frame.level))
        }
        gone.removeFirst(max(0, gone.count - Self.mostGone))
    }

    /// The frames in a range, from a level up, that have no place in the stream, as far as is known.
    func ephemerals(in range: Range<Int>, from level: LogLevel) -> [Int] {
        var indices = gone.filter { range.contains($0.index) && $0.level >= level }.map(\.index)
        var start = startIndex
        for batch in batches {
            if batch.hasEphemeral {
                for (offset, frame) in batch.frames.enumerated()
                where frame.isEphemeral && frame.level >= level && range.contains(start + offset) {
                    indices.append(start + offset)
                }
            }
            start += batch.frames.count
        }
        return indices
    }

    /// Lets go of all frames; indices go on.
    ///
    /// - Parameters:
    ///   - position: In front of the frames to come.
    ///   - isBehindHole: Whether something is missing there, so that who has seen all frames is not in the ring either.
    mutating func removeAll(at position: Position, isBehindHole: Bool = false) {
        var start = startIndex
        for batch in batches {
            note(leaving: batch, at: start)
            start += batch.frames.count
        }
        batches = []
        byteCount = 0
        if isBehindHole { endIndex += 1 }
        startIndex = endIndex
        base = position
        head = position
    }

    /// What follows an index, up to the end of its batch.
    ///
    /// - Parameters:
    ///   - index: From `startIndex` up to `endIndex`.
    ///   - level: The viewer's filter.
    ///   - seen: The frames that the viewer has been there for. Others that are not in the stream are not for it.
    ///   - skipsGap: Whether the viewer is not to be told what is missing in front of the first frame.
    ///   - count: What the viewer knows of the numbers up to there; `nil`: the same as the ring.
    mutating func read(
        from index: Int,
        level: LogLevel,
        seen: SeenFrames,
        skipsGap: Bool,
        count: Position.Count?
    ) -> Slice? {
        guard index >= startIndex, index < endIndex else { return nil }
        if unjoined > 8, endIndex - index > 8 { joinBatches() }
        var position = batches.count - 1
        var first = endIndex - batches[position].frames.count
        while first > index {
            position -= 1
            first -= batches[position].frames.count
        }
        let batch = batches[position]
        let next = first + batch.frames.count
        let skipped = index - first
        let isPlain =
            !batch.hasGiven && (!batch.hasEphemeral || seen.contains(index..<next)) && !skipsGap
            && batch.skippedGap(from: skipped, count) == nil
        let bytes: ByteBuffer
        if isPlain, level == .debug {
            bytes = batch.suffix(from: skipped)
        } else if isPlain, skipped == 0, let filtered = batch.filtered[level] {
            bytes = filtered
        } else {
            bytes = batch.select(from: skipped, level: level, skipsGap: skipsGap, count: count) {
                offset,
                frame in
                frame.isEphemeral
                    ? seen.contains(first + offset) ? .whole : .nothing
                    : frame.given.map { $0.wasShown(to: seen, from: level) ? .position : .whole } ?? .whole
            }
            if isPlain, skipped == 0 { batches[position].filtered[level] = bytes }
        }
        return Slice(
            bytes: bytes,
            frames: batch.frames[skipped...],
            next: next,
            hasEnd: batch.hasEnd,
            endsWithGap: batch.endsWithGap,
            lastID: batch.lastOffset >= skipped ? batch.lastID : nil,
            lastCount: batch.lastCountOffset >= skipped ? batch.lastCount : nil,
            base: base,
            isShared: isPlain,
            isStored: !batch.hasEphemeral,
            hasGapByNumber: batch.hasGapByNumber
        )
    }

    /// Has what is read in front of an index end there.
    mutating func divide(at index: Int) {
        var start = startIndex
        for (position, batch) in batches.enumerated() {
            let offset = index - start
            if batch.frames.indices.contains(offset) {
                if offset > 0 { batches.replaceSubrange(position...position, with: batch.divided(at: offset)) }
                return
            }
            start += batch.frames.count
        }
    }

    /// Joins small neighbours up to the batch size. Each byte is copied a few times at most in its life.
    private mutating func joinBatches() {
        unjoined = 0
        var joined: [FrameBatch] = []
        for batch in batches {
            let size = (joined.last?.bytes.readableBytes ?? 0) + batch.bytes.readableBytes
            if size > limits.batchBytes || joined.last.map({ $0.hasEnd || $0.endsWithGap }) ?? true {
                joined.append(batch)
            } else {
                joined[joined.count - 1].join(batch)
            }
        }
        batches = joined
    }
}

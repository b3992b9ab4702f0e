//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// The latest frames of a run, encoded once and shared by all viewers. A viewer is an index into it.
///
/// Frames are held in batches, each one buffer: what came in one tick, later what came in many, so that a viewer that is
/// far behind needs few writes. Nothing is copied for a viewer but a reference.
struct FrameRing {
    /// What a viewer is to be written next.
    struct Slice {
        /// Whole events; empty when all of them are filtered out.
        var bytes: ByteBuffer

        /// The index to read from next.
        var next: Int

        /// Whether the run's end is among them.
        var hasEnd: Bool

        /// The last durable frame of the batch, filtered out or not: where the viewer stands afterwards.
        var last: Frame?
    }

    private struct Batch {
        var frames: [Frame]

        /// Where each frame ends in the bytes.
        var ends: [Int]
        var bytes: ByteBuffer

        /// What viewers with a level filter get, made when the first of them comes.
        var filtered: [LogLevel: ByteBuffer] = [:]
        var hasEnd: Bool
        var last: Frame?

        init(frames: [Frame], ends: [Int], bytes: ByteBuffer) {
            self.frames = frames
            self.ends = ends
            self.bytes = bytes
            self.hasEnd = frames.contains { $0.kind == .end }
            self.last = frames.last { $0.id != nil }
        }
    }

    /// The bounds of what is kept.
    struct Limits {
        var frames = 2048
        var bytes = 1 << 20

        /// Batches are joined up to this size, in bytes.
        var batchBytes = 64 << 10
    }

    /// The index of the oldest frame that is there.
    private(set) var startIndex = 0

    /// The index of the next frame to come.
    private(set) var endIndex = 0

    private let limits: Limits
    private var batches: [Batch] = []
    private var byteCount = 0

    /// How many batches came since neighbours were joined.
    private var unjoined = 0

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    var isEmpty: Bool { self.startIndex == self.endIndex }

    /// Appends a tick's frames. The oldest leave when the bounds are exceeded, but never the batch just appended.
    mutating func append(_ frames: [Frame], ends: [Int], bytes: ByteBuffer) {
        guard !frames.isEmpty else { return }
        self.batches.append(Batch(frames: frames, ends: ends, bytes: bytes))
        self.unjoined += 1
        self.endIndex += frames.count
        self.byteCount += bytes.readableBytes
        while self.batches.count > 1,
            self.endIndex - self.startIndex > self.limits.frames || self.byteCount > self.limits.bytes
        {
            let oldest = self.batches.removeFirst()
            self.startIndex += oldest.frames.count
            self.byteCount -= oldest.bytes.readableBytes
        }
    }

    /// Lets go of all frames; indices go on.
    mutating func removeAll() {
        self.batches = []
        self.byteCount = 0
        self.startIndex = self.endIndex
    }

    /// What follows an index, up to the end of its batch.
    ///
    /// - Parameters:
    ///   - index: From `startIndex` up to `endIndex`.
    ///   - level: The viewer's filter.
    ///   - liveFrom: The index at which the viewer joined: ephemeral frames before it are not for this viewer.
    mutating func read(from index: Int, level: LogLevel, liveFrom: Int) -> Slice? {
        guard index >= self.startIndex, index < self.endIndex else { return nil }
        if self.unjoined > 8, self.endIndex - index > 8 { self.joinBatches() }
        var position = self.batches.count - 1
        var first = self.endIndex - self.batches[position].frames.count
        while first > index {
            position -= 1
            first -= self.batches[position].frames.count
        }
        let batch = self.batches[position]
        let next = first + batch.frames.count
        func slice(_ bytes: ByteBuffer) -> Slice {
            Slice(bytes: bytes, next: next, hasEnd: batch.hasEnd, last: batch.last)
        }
        let skipped = index - first
        let needsSelection = index < liveFrom && batch.frames.contains(where: \.isEphemeral)
        if level == .debug, !needsSelection {
            let start = skipped == 0 ? 0 : batch.ends[skipped - 1]
            let bytes = batch.bytes.getSlice(
                at: batch.bytes.readerIndex + start,
                length: batch.bytes.readableBytes - start
            )
            return slice(bytes ?? ByteBuffer())
        }
        if skipped == 0, !needsSelection {
            if let bytes = batch.filtered[level] { return slice(bytes) }
            let bytes = Self.select(from: batch, dropping: 0, level: level, isReplay: { _ in false })
            self.batches[position].filtered[level] = bytes
            return slice(bytes)
        }
        let bytes = Self.select(from: batch, dropping: skipped, level: level) { first + $0 < liveFrom }
        return slice(bytes)
    }

    private static func select(
        from batch: Batch,
        dropping skipped: Int,
        level: LogLevel,
        isReplay: (Int) -> Bool
    ) -> ByteBuffer {
        var bytes = ByteBuffer()
        var passed: EntryID?
        for offset in batch.frames.indices.dropFirst(skipped) {
            let frame = batch.frames[offset]
            if frame.passes(level), !(frame.isEphemeral && isReplay(offset)) {
                let start = offset == 0 ? 0 : batch.ends[offset - 1]
                let slice = batch.bytes.getSlice(
                    at: batch.bytes.readerIndex + start,
                    length: batch.ends[offset] - start
                )
                if let slice { bytes.writeImmutableBuffer(slice) }
                if frame.id != nil { passed = nil }
            } else if let id = frame.id {
                passed = id
            }
        }
        // What is filtered out moves the cursor all the same.
        if let passed { bytes.append(cursor: passed) }
        return bytes
    }

    /// Joins small neighbours up to the batch size. Each byte is copied a few times at most in its life.
    private mutating func joinBatches() {
        self.unjoined = 0
        var joined: [Batch] = []
        for batch in self.batches {
            guard var last = joined.last, last.bytes.readableBytes + batch.bytes.readableBytes <= self.limits.batchBytes
            else {
                joined.append(batch)
                continue
            }
            joined.removeLast()
            let offset = last.bytes.readableBytes
            last.bytes.writeImmutableBuffer(batch.bytes)
            last.frames += batch.frames
            last.ends += batch.ends.map { $0 + offset }
            last.filtered = [:]
            last.hasEnd = last.hasEnd || batch.hasEnd
            last.last = batch.last ?? last.last
            joined.append(last)
        }
        self.batches = joined
    }
}

// MARK: Finding a place

extension FrameRing {
    /// The frames from an index on, with their indices.
    private var indexed: some Sequence<(index: Int, frame: Frame)> {
        var index = self.startIndex - 1
        return self.batches.lazy.flatMap(\.frames).map { frame in
            index += 1
            return (index, frame)
        }
    }

    /// The oldest durable frame.
    var first: (index: Int, frame: Frame)? {
        self.indexed.first { $0.frame.id != nil }
    }

    /// The latest frame of all.
    var last: Frame? { self.batches.last?.frames.last }

    /// The index and the id of the first durable frame behind an id, and whether the id itself is there.
    func find(_ id: EntryID) -> (isThere: Bool, next: Int, nextID: EntryID?) {
        var isThere = false
        for (index, frame) in self.indexed {
            guard let frameID = frame.id else { continue }
            if frameID == id { isThere = true }
            if frameID > id { return (isThere, index, frameID) }
        }
        return (isThere, self.endIndex, nil)
    }

    /// The index from which on there are so many durable frames, or all.
    func tail(_ count: Int) -> (index: Int, count: Int) {
        let durable = self.indexed.filter { $0.frame.id != nil }.map(\.index)
        let tail = durable.suffix(count)
        return (tail.first ?? self.endIndex, tail.count)
    }

    /// The ids of the durable frames behind an id.
    func ids(after id: EntryID) -> Set<EntryID> {
        Set(self.indexed.compactMap { $0.frame.id }.filter { $0 > id })
    }
}

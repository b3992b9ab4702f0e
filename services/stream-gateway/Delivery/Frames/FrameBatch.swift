//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Frames whose bytes are one buffer.
struct FrameBatch {
    private(set) var frames: [Frame]
    private(set) var bytes: ByteBuffer

    /// Where each frame ends in the bytes.
    private var ends: [Int]

    /// What viewers with a level filter get, made when the first of them comes.
    var filtered: [LogLevel: ByteBuffer] = [:]

    /// Whether the last frame is the end.
    private(set) var hasEnd: Bool

    /// Whether the last frame tells of what is gone.
    var endsWithGap: Bool { self.frames.last?.kind == .gap }

    /// Whether some frames are for those alone who watched when they came.
    private(set) var hasEphemeral: Bool

    /// Whether some tell by their numbers that something is missing.
    private(set) var hasGapByNumber: Bool

    /// Whether some frames were given before, to those who watched.
    private(set) var hasGiven: Bool

    /// The last entry, and its offset.
    private(set) var lastID: EntryID?
    private(set) var lastOffset: Int

    /// What the last frame that tells of the numbers says, and its offset.
    private(set) var lastCount: Position.Count?
    private(set) var lastCountOffset: Int

    init(frames: some Collection<Frame>, ends: [Int], bytes: ByteBuffer) {
        self.frames = Array(frames)
        self.ends = ends
        self.bytes = bytes
        hasEnd = self.frames.last?.kind == .end
        hasEphemeral = frames.contains(where: \.isEphemeral)
        hasGiven = frames.contains { $0.given != nil }
        hasGapByNumber = frames.contains(where: \.isGapNumbered)
        lastOffset = self.frames.lastIndex { $0.id != nil } ?? -1
        lastID = self.frames.last { $0.id != nil }?.id
        lastCountOffset = self.frames.lastIndex { $0.count != nil } ?? -1
        lastCount = self.frames.last { $0.count != nil }?.count
    }

    /// Divides a tick's frames: at a size in bytes, and behind an end, which is the last that a viewer gets.
    static func split(_ open: OpenFrames, at size: Int) -> [Self] {
        let needsNoSplit = open.bytes.readableBytes <= size && !open.frames.dropLast().contains { $0.kind == .end }
        if needsNoSplit { return [Self(frames: open.frames, ends: open.ends, bytes: open.bytes)] }
        var batches: [Self] = []
        var first = 0
        var start = 0
        for (index, end) in open.ends.enumerated() {
            let isLast = index + 1 == open.ends.count
            guard isLast || open.frames[index].kind == .end || open.ends[index + 1] - start > size else { continue }
            // Copied, so that who holds one batch does not hold all.
            let bytes = open.bytes.getSlice(at: open.bytes.readerIndex + start, length: end - start).map {
                ByteBuffer(bytes: $0.readableBytesView)
            }
            batches.append(
                Self(
                    frames: open.frames[first...index],
                    ends: open.ends[first...index].map { $0 - start },
                    bytes: bytes ?? ByteBuffer()
                )
            )
            first = index + 1
            start = end
        }
        return batches
    }

    /// The frames in front of one, and the others.
    func divided(at offset: Int) -> [Self] {
        let middle = ends[offset - 1]
        return [
            Self(frames: frames[..<offset], ends: Array(ends[..<offset]), bytes: slice(0, middle)),
            Self(frames: frames[offset...], ends: ends[offset...].map { $0 - middle }, bytes: suffix(from: offset)),
        ]
    }

    /// Moves a position behind the last frame.
    func move(_ position: inout Position) {
        if let lastID { position.pass(lastID, lastCount) }
    }

    /// The bytes of the frames from one on.
    func suffix(from offset: Int) -> ByteBuffer {
        let start = offset == 0 ? 0 : ends[offset - 1]
        return slice(start, bytes.readableBytes)
    }

    private func slice(_ start: Int, _ end: Int) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex + start, length: end - start) ?? ByteBuffer()
    }

    /// The first numbered frame from one on, if the gap in front of it is told by its number and is none for a viewer
    /// that knows these numbers up to there.
    func skippedGap(from offset: Int, _ count: Position.Count?) -> Int? {
        guard let count, hasGapByNumber,
            let first = frames[offset...].firstIndex(where: { $0.number != nil }), frames[first].isGapNumbered
        else { return nil }
        return Position(count: count).hole(before: frames[first].number) == nil ? first : nil
    }

    /// How much of a frame a viewer gets.
    enum Part {
        case whole

        /// Its id alone, as the viewer has the rest.
        case position
        case nothing
    }

    /// The bytes of the frames from one on that a viewer gets.
    func select(
        from offset: Int,
        level: LogLevel,
        skipsGap: Bool,
        count: Position.Count?,
        part: (Int, Frame) -> Part
    ) -> ByteBuffer {
        var selected = ByteBuffer()
        var passed: EntryID?
        // What is in no stream does not tell of the gap in front of the first entry.
        var hasEntry = false
        let skippedGap = self.skippedGap(from: offset, count)
        for offset in self.frames.indices.dropFirst(offset) {
            let frame = self.frames[offset]
            let start = offset == 0 ? 0 : ends[offset - 1]
            let gapEnd = start + frame.gapLength
            let isGapSkipped = skipsGap && !hasEntry || skippedGap == offset
            if !isGapSkipped, frame.gapLength > 0 { selected.writeImmutableBuffer(slice(start, gapEnd)) }
            hasEntry = hasEntry || frame.id != nil
            switch frame.passes(level) ? part(offset, frame) : .position {
            case .whole:
                selected.writeImmutableBuffer(slice(gapEnd, ends[offset]))
                if frame.id != nil { passed = nil }
            case .position:
                passed = frame.id ?? passed
            case .nothing:
                break
            }
        }
        // What is filtered out moves the cursor all the same.
        if let passed { selected.append(cursor: passed) }
        return selected
    }

    /// Takes the frames of the batch behind it.
    mutating func join(_ other: Self) {
        let offset = bytes.readableBytes
        let count = frames.count
        bytes.writeImmutableBuffer(other.bytes)
        frames += other.frames
        ends += other.ends.map { $0 + offset }
        filtered = [:]
        hasEnd = other.hasEnd
        hasEphemeral = hasEphemeral || other.hasEphemeral
        hasGiven = hasGiven || other.hasGiven
        hasGapByNumber = hasGapByNumber || other.hasGapByNumber
        if let lastID = other.lastID {
            self.lastID = lastID
            lastOffset = count + other.lastOffset
        }
        if let lastCount = other.lastCount {
            self.lastCount = lastCount
            lastCountOffset = count + other.lastCountOffset
        }
    }
}

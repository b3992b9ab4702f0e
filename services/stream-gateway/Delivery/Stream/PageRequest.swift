//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore

/// What a viewer wants to read of a stream.
package struct PageRequest: Sendable {
    /// Whose stream it is.
    package var name: Subject

    /// What is behind this is wanted.
    package var position: Position

    /// Up to where the viewer has seen what Redis has lost behind the position. The past may have it.
    package var lost: EntryID?

    /// How far the log had read the stream.
    package var read: EntryID

    /// Which log of that name it was.
    var incarnation: UInt64 = 0

    /// Whether the stream may not have the entry at the position.
    package var isUnchecked: Bool

    /// How many of the last records to begin with, in place of the position.
    package var tail: Int?

    /// Whether the viewer is not to be told what is missing in front of the first record.
    package var skipsGap: Bool

    /// The least severe level to see.
    package var level: LogLevel

    /// The frames of the ring that the viewer has seen.
    package var seen: SeenFrames

    /// The entries whose messages were given before them, as frames of the ring.
    package var given: [EntryID: GivenFrame]

    /// The messages that were given, and of whose entries the log does not know. Entries of the past may be theirs.
    var unstored = Notes<GivenFrame>.messages

    /// The entries whose messages the log knows already.
    var settled = SettledEntries()

    /// The entries in front of which the log has found others to be gone.
    var holes: [EntryID] = []

    /// Whether the page is to have the frames of its events, for a follower. It is for a follower to say what Redis does
    /// not have, so it is never given what the past has.
    package var wantsFrames = false

    /// The number of the record at an unchecked position, as far as a follower knows.
    var known: Int?

    /// Whether the position is in the past, which is then asked first.
    package var isInPast = false
}

/// A page of the stream as a viewer gets it.
package struct EncodedPage: Sendable {
    /// What it was read for.
    package var request: PageRequest

    /// The events.
    package var bytes = ByteBuffer()

    /// The frames of the events, if they are wanted.
    package var frames: [Frame] = []

    /// Where to go on.
    package var position: Position

    /// The last id that the stream ever gave; `nil` where there is no stream, or nothing is known.
    package var lastID: EntryID?

    /// When Redis may have lost its latest entries.
    package var losses: [ClosedRange<UInt64>]

    /// Where the position stands in the stream.
    package var anchor: StreamPage.Anchor

    /// What is known of the numbers in front of the first record.
    var startCount = Position.Count.unknown

    /// What it lacks that may be in the past.
    package var lack: Lack?

    /// Whether it is a page of the past, and whether that may have more.
    var isPast = false

    /// Whether it may have records that came after Redis was asked.
    var isUnbounded = false
    var isFullPast = false

    /// Whether the log has begun anew behind it.
    var isEarlier = false

    /// The records of the past whose messages may be under way, or were given.
    var replay: Replay?

    /// Whether the past has what the log has not read yet.
    var isAheadOfLog = false

    /// Whether there is no stream, and the past has everything up to the position and nothing behind it; and whether the
    /// log has ended there.
    var endsWithPast = false
    var isPastOver = false

    /// Whether there was nothing to read.
    package var isEmpty: Bool { position.id == request.position.id }

    /// Whether something is missing in front of the first record.
    var beginsWithGap = false

    /// Whether the end is among the events. It is the last then.
    package var hasEnd = false

    /// Encodes what the stream holds.
    package init(_ page: StreamPage, for request: PageRequest, encoder: FrameEncoder) {
        self.init(page, EncodedRecords(page.records, encoder: encoder), for: request, encoder: encoder)
    }

    /// - Parameters:
    ///   - page: What is known of the stream; its records do not count.
    ///   - events: Those of the records behind the position.
    init(_ page: StreamPage, _ events: EncodedRecords, for request: PageRequest, encoder: FrameEncoder) {
        self.request = request
        position = request.position
        lastID = page.lastID
        losses = page.losses
        anchor = page.anchor
        if request.isUnchecked || request.tail != nil {
            position.count = page.count
            if let known = request.known, page.count == .unknown { position.count = .last(known) }
        }
        startCount = position.count
        if !request.wantsFrames { lack = Self.lack(of: page, first: events.frames.first, request) }
        var unknown: Hole?
        switch page.anchor {
        case .present: break
        // Who comes with an id that is gone may have come from a stream that is gone.
        case .deleted: unknown = request.isUnchecked ? Hole() : nil
        case .trimmed, .unknown: unknown = Hole()
        }
        if request.position == Position(epoch: request.position.epoch, count: .last(0)) {
            unknown = page.holeAtBeginning(first: events.frames.first?.number)
        }
        if let id = events.frames.first?.id, request.holes.contains(id) { unknown = unknown ?? Hole() }
        var skipsGap = request.skipsGap
        var passed: EntryID?
        bytes.reserveCapacity(events.bytes.readableBytes)
        for (frame, range) in zip(events.frames, events.ranges) {
            // What the log has not read yet comes from the ring: only the log knows which messages belong to it.
            guard let id = frame.id, id <= request.read else { break }
            var hole = position.hole(before: frame.number)
            if hole == nil, isUnclear(frame.number, page) || request.holes.contains(id) { hole = unknown }
            unknown = nil
            if let hole, !skipsGap {
                beginsWithGap = beginsWithGap || bytes.readableBytes == 0
                let after = position.id == .zero ? nil : position.id
                encoder.appendGap(after: after, before: id, missed: hole.missed, to: &bytes)
            }
            skipsGap = false
            position.pass(id, .init(number: frame.number, hole: hole))
            if request.wantsFrames {
                var frame = frame
                frame.given = request.given[id]
                frames.append(frame)
            }
            if frame.passes(request.level),
                !(request.given[id]?.wasShown(to: request.seen, from: request.level) ?? false)
            {
                bytes.writeBytes(events.bytes.readableBytesView[range])
                passed = nil
                DeliveryCounts.records.add()
            } else {
                passed = id
            }
            if frame.kind == .end {
                hasEnd = true
                break
            }
        }
        if let passed { bytes.append(cursor: passed) }
    }

    /// Whether there may be a hole in front of a page's first record of which its number does not tell: it has none, the
    /// last one is not known, or more is gone than there were numbers.
    private func isUnclear(_ number: Int?, _ page: StreamPage) -> Bool {
        guard let number, position.count != .unknown, page.anchor != .unknown else { return true }
        return page.gone.map { $0 >= number } ?? (page.anchor == .trimmed)
    }
}

/// The events of records that follow one another.
struct EncodedRecords: Sendable {
    private(set) var bytes = ByteBuffer()
    private(set) var frames: [Frame] = []

    /// Where the bytes have the events of the frames.
    private(set) var ranges: [Range<Int>] = []

    init() {}

    /// Encodes records.
    init(_ records: [LogRecord], encoder: FrameEncoder) {
        for record in records { append { encoder.append(record, to: &$0) } }
    }

    /// Appends the event that is written, if one is.
    @discardableResult
    mutating func append(_ write: (inout ByteBuffer) -> Frame?) -> Bool {
        let start = bytes.writerIndex
        guard let frame = write(&bytes) else { return false }
        frames.append(frame)
        ranges.append(start..<bytes.writerIndex)
        return true
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore

/// What the gateway knows of the log of a run or a batch: the latest frames, and up to where it has read the stream. The
/// stream is the truth; the channel is a fast path and a doorbell.
///
/// The one rule: a record is taken from the channel only if it proves that it follows what was read last. Our publishers
/// say in each message which entry stands before it. Everything else makes the log look into the stream, and what the
/// stream holds is given in the stream's order.
///
/// A pure state machine: messages and pages go in, frames come to stand in the ring, and what is returned says whether
/// the stream must be read.
package struct TopicLog {
    /// Tells the log from earlier ones of its name, whose epochs have the same numbers.
    let incarnation = UInt64.random(in: .min ... .max)

    /// How many records are read when a run begins to be watched. The stream of a run has about a thousand unless told
    /// otherwise, so most viewers never need more.
    package static let initialRecords = 1200

    package internal(set) var ring: FrameRing

    /// Whether the stream was read for the first time.
    package internal(set) var isLoaded = false

    /// Whether the stream could be read the last time that it was tried.
    package var isReachable = true

    /// How many looks into the stream have begun, which of them was the last that succeeded, and whether one is under way.
    var looksBegun = 0
    var lastLook = 0
    var isLooking = false

    /// Whether the last look came to the stream's end.
    var hasCaughtUp = false

    /// Whether viewers wait for a look to end. Those for whom it was not the right one say so again when they are woken.
    package var isAwaited = false

    /// Up to where the stream was read.
    package internal(set) var position = Position.start

    /// Redis's losses of its latest entries, as ranges of milliseconds since 1970: an id from such a time that the stream
    /// does not reach was lost, and the older ones are still those that were seen.
    package var losses: Set<ClosedRange<UInt64>> = []

    /// Whether records that Redis does not have any more may be had from elsewhere. Then the ring begins anew behind a
    /// hole, and each viewer reads what is missing, or is told of it, by itself.
    package var hasPast = false

    /// Whether there is no stream, and was none since the log is known.
    var isGone: Bool { position.id == .zero }

    let name: Subject
    var encoder: FrameEncoder
    var foreign = ForeignMessages()

    /// How many entries the stream had taken when it was read up to ``position``, with those that are ``deleted``. `nil`
    /// when that is not known.
    var added: Int?

    /// Whether that counts entries of which only a number tells that there were any.
    var isAddedAssumed = false

    /// The entries behind ``position`` that were deleted before anybody read them. The next record tells of them.
    var deleted: Hole?

    /// How far the stream was read before it began anew: messages of that time may still come.
    var formerID = EntryID.zero

    /// The entry that ended the run or the batch, if nothing but entries of others have come behind it.
    var endID: EntryID?

    /// The frame that tells that the stream has begun anew the last time.
    var epochIndex = -1

    /// The latest epochs, and up to where the stream is the same as in the epoch before; `nil` where all of it is new.
    var restarts: [(epoch: Int, id: EntryID?)] = []

    /// The entries that were given after their messages, which were given as these frames.
    var given: [EntryID: GivenFrame] = [:]

    /// The entries in front of which others were gone when they were read, where there is a past: viewers are told unless it
    /// has those.
    var holes: [EntryID] = []

    /// The entries whose messages are known to be theirs, or to be under way; where there is a past.
    var settled = SettledEntries()

    /// Messages that came before the stream was read for the first time, and how many of them before that look began.
    var early: [ByteBuffer] = []
    var asked = 0
    var open = OpenFrames()

    /// - Parameter prefix: The setting `REDIS_STREAM`.
    package init(name: Subject, prefix: String, limits: FrameRing.Limits = .init()) {
        self.name = name
        encoder = FrameEncoder(name: name, prefix: prefix)
        ring = FrameRing(limits: limits)
    }

    /// When the stream is to be looked into for something that waits, as uptime in milliseconds.
    package var deadline: Int64? { foreign.deadline }

    /// Whether the next record will tell of entries that are gone.
    var hasDeleted: Bool { deleted != nil }

    /// Whether entries that were read wait for their messages, so that no viewer has them yet.
    var hasHeld: Bool { !foreign.held.isEmpty }

    /// How the stream stands if nothing has come to it that was not read.
    package var expectation: StreamExpectation {
        StreamExpectation(id: position.id, added: added)
    }

    /// Whether a viewer that has seen everything up to an id has seen the end.
    package func isOver(after id: EntryID) -> Bool {
        guard let endID = self.endID else { return false }
        return endID <= id && id <= self.position.id
    }

    /// The same for a viewer that has its id from elsewhere: from another gateway, or from the past. Behind the end it may be
    /// of what was there before the log began anew, which the past knows; without a past nobody does.
    package func isOver(forWhoHas id: EntryID) -> Bool {
        isOver(after: id) && (id == endID || !hasPast || ring.place(after: id).isKnown)
    }

    /// Up to where somebody has seen the stream who is at a place; `nil` if there is more, or nobody knows.
    func readID(by place: ViewerState.Place, at viewer: Position) -> EntryID? {
        guard isLoaded, isReachable, hasCaughtUp, !isLooking, open.frames.isEmpty, !hasHeld,
            viewer.epoch == position.epoch
        else { return nil }
        switch place {
        // After the end that somebody has seen, the log may have begun anew.
        case .over: return isOver(after: viewer.id) ? position.id : nil
        case .ring(ring.endIndex): return position.id
        default: return nil
        }
    }

    /// The position in front of the end, once there is one: where somebody stands who wants what comes next.
    package var beforeEnd: EntryID? { endID?.predecessor }

    // MARK: The channel

    /// Takes a message of the channel.
    ///
    /// - Returns: Whether the stream must be looked into.
    package mutating func receive(_ payload: ByteBuffer, at now: Moment) -> Bool {
        guard isLoaded else {
            if early.count < 1000 { early.append(payload) }
            return true
        }
        if let link = PayloadLink(payload), link.previous == position.id, take(payload, link) { return false }
        let record = encoder.record(payload: payload)
        if let id = record.id, name.number(of: record) != nil {
            // Seen before; or behind something that was not read, which the stream knows.
            guard id > position.id else { return false }
            if id > formerID {
                foreign.expect(record, at: id, bytes: payload.readableBytes, now: now)
                giveOverflow(at: now)
            }
            return true
        }
        // A batch has no publishers but ours, who store everything: what has no id is no more than a doorbell.
        if case .batch = name { return true }
        return self.receive(foreign: record, bytes: payload.readableBytes, at: now)
    }

    /// Takes a message whose entry follows what was read last.
    ///
    /// - Returns: `false`, with nothing taken, when it is not as plain as that.
    mutating func take(_ payload: ByteBuffer, _ link: PayloadLink) -> Bool {
        guard foreign.isEmpty, deleted == nil, link.id > position.id, link.id > formerID
        else { return false }
        let mark = open.bytes.writerIndex
        let frame = encoder.append(payload: payload, to: &open.bytes)
        guard frame.id == link.id, let number = frame.number, position.hole(before: number) == nil
        else {
            open.bytes.moveWriterIndex(to: mark)
            return false
        }
        keep(frame)
        return true
    }

    mutating func receive(foreign record: LogRecord, bytes: Int, at now: Moment) -> Bool {
        var record = record
        record.id = nil
        switch self.foreign.receive(record, bytes: bytes, at: now) {
        case .look:
            giveOverflow(at: now)
            return true
        case .known:
            return false
        case .held(let index):
            for held in self.foreign.releaseHeld(before: index) { append(held.record, hole: held.hole) }
            for held in self.foreign.releaseHeld(before: 1) {
                record.id = held.record.id
                append(record, hole: held.hole)
            }
            return false
        }
    }

    mutating func giveOverflow(at now: Moment) {
        for record in foreign.overflow() { append(unstored: record, at: now) }
    }
}

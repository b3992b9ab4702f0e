//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import NIOCore

/// Where a viewer stands, and what it is to be given next. A pure state machine: the log and pages of the stream go in,
/// what is to be done comes out.
///
/// A viewer has a position from the moment that it is placed, in the ring as well as in the stream, so that it can always
/// go on from the one in the other.
package struct ViewerState {
    /// What is to be done for the viewer.
    package enum Action {
        /// Nothing until something changes.
        case nothing

        /// To write bytes, which may be none; at the end, to close behind them.
        case write(ByteBuffer, isEnd: Bool)

        /// To read a page of the stream, for ``take(_:_:)``.
        case read(PageRequest)

        /// To have the stream looked into, and to come back when that is done.
        case look

        /// To close.
        case end
    }

    enum Place: Hashable {
        /// The log is not loaded yet.
        case waiting

        /// In the ring, in front of the frame of that index.
        case ring(Int)

        /// At its position. It is to be found out where that is.
        case anywhere

        /// A page is being read.
        case reading

        /// A look into the stream that begins after that one must succeed first.
        case awaiting(lookAfter: Int)

        /// A page has come while that look was under way. What it finds says whether the page is of the same stream.
        case holding(look: Int)

        /// Reading has failed; a pause is made.
        case paused

        /// Gone.
        case over
    }

    let query: ViewerQuery
    var place = Place.waiting
    package internal(set) var position = Position.start
    var seen = SeenFrames(since: 0)

    /// How many looks into the stream had begun when the viewer came.
    private var askedAt: Int?

    /// Whether the position is the viewer's own word, which the stream may not bear out.
    var isUnchecked = false

    /// Up to where the viewer has seen what Redis has lost behind the position.
    var lost: EntryID?

    /// Whether the viewer has its position from the past. The ring may not know it, though it has older and newer ones.
    var isReplayed = false

    /// Whether the log has begun anew behind that position, and what came then is to be read.
    var isEarlier = false

    /// Whether the log was made to look into the stream for a position that it does not know.
    var isLookedFor = false
    var heldPage: EncodedPage?

    /// Whether the stream was found to reach the position, to which the log comes when it looks.
    var isAhead = false

    /// Where the viewer fell behind the ring.
    var leftAt: Int?

    /// The frames of a page that is to be written, for a follower.
    var pageFrames: [Frame] = []

    /// Whether the position is among the records that Redis does not have any more.
    var isInPast = false

    /// Whether a log without a stream was looked for in the past.
    var hasAskedPast = false

    /// What the viewer is to be told of a hole in front of the next record.
    enum Front {
        /// That there is one.
        case untold

        /// Nothing: it did not ask for what is in front of that record.
        case unasked

        /// Nothing more: it was told.
        case told
    }

    var front = Front.untold

    /// Whether the viewer is not told what is missing in front of the next record.
    var skipsGap: Bool { front != .untold }

    /// Whether the viewer knows the numbers up to its place in the ring, and the ring does not.
    var hasOwnCount = false

    /// With how many of the last records the viewer begins, as long as they were not read.
    var tail: Int?

    /// Whether a viewer that came with an id got all that is behind it; `nil` until that is known.
    package internal(set) var isRecovered: Bool?

    package init(query: ViewerQuery) {
        self.query = query
    }

    private var beginsWithLatest: Bool {
        switch query.start {
        case .now, .tail: true
        case .beginning, .after: false
        }
    }

    /// Whether the viewer has its place.
    package var isPlaced: Bool { place != .waiting }

    /// Whether the last records, with which the viewer begins, are still to be read.
    package var asksForTail: Bool { tail != nil }

    /// Where a viewer has begun that did not say so itself, and so could not come back to that place by itself: from now
    /// on, or with the last few records.
    package internal(set) var startID: EntryID?

    /// Whether the viewer is gone.
    package var isOver: Bool { place == .over }

    /// The index in the ring, if the viewer is there and gets what all get who are there.
    var sharedIndex: Int? {
        if case .ring(let index) = place, !skipsGap, !hasOwnCount { index } else { nil }
    }

    /// Whether the viewer gets what another one got at the same index.
    func shares(_ slice: FrameRing.Slice, from index: Int) -> Bool {
        slice.isShared && !slice.hasGapByNumber && (slice.isStored || seen.contains(index..<slice.next))
    }

    /// Ends the viewer.
    package mutating func finish() { place = .over }

    /// Goes on after a pause.
    package mutating func resume() {
        if place == .paused { place = .anywhere }
    }

    /// What is to be done next.
    package mutating func next(_ log: inout TopicLog) -> Action {
        var slice: FrameRing.Slice?
        return self.next(&log, slice: &slice)
    }

    /// Notes whether a viewer that came with an id was told of a hole, once its place is known.
    mutating func noteRecovery(hasHole: Bool) {
        guard isRecovered == nil, isPlaced, !isUnchecked, case .after(let id) = query.start, id != .zero else { return }
        isRecovered = !hasHole
    }

    /// The same.
    ///
    /// - Parameter slice: Is set to what was read of the ring, if that is what is to be done.
    mutating func next(_ log: inout TopicLog, slice read: inout FrameRing.Slice?) -> Action {
        defer { noteRecovery(hasHole: front == .told) }
        while true {
            switch place {
            case .over, .reading, .paused:
                return .nothing
            case .waiting:
                let asked = askedAt ?? log.looksBegun
                let isFirst = askedAt == nil
                askedAt = asked
                guard log.isLoaded else { return .nothing }
                // Who begins with the latest begins with those that there are when it comes.
                if beginsWithLatest, log.lastLook <= asked || !log.hasCaughtUp, log.isReachable {
                    log.isAwaited = true
                    return isFirst ? .look : .nothing
                }
                // What this tick has brought so far counts: a viewer may have seen it elsewhere.
                log.seal()
                if let action = begin(log) { return action }
            case .awaiting(let look):
                guard log.lastLook > look else {
                    log.isAwaited = true
                    return .nothing
                }
                place = .anywhere
            case .holding(let look):
                if log.isLooking, log.looksBegun == look {
                    log.isAwaited = true
                    return .nothing
                }
                place = .anywhere
                if let page = heldPage.take(), let action = act(on: page, &log) { return action }
            case .ring(let index):
                guard index >= log.ring.startIndex else {
                    leave(at: index)
                    place = .anywhere
                    continue
                }
                if hasOwnCount, let next = log.ring.untoldNumber(from: index),
                    let hole = position.hole(before: next.number)
                {
                    if next.index == index {
                        hasOwnCount = false
                        position.count = .unknown
                        if let gap = tell(hole, after: position.id, before: nil, log) { return gap }
                    }
                    log.ring.divide(at: next.index)
                }
                let slice = log.read(
                    from: index,
                    level: query.level,
                    seen: self.seen,
                    skipsGap: skipsGap,
                    count: position.count
                )
                guard let slice else { return .nothing }
                pass(slice)
                read = slice
                return .write(slice.bytes, isEnd: slice.hasEnd)
            case .anywhere:
                if let action = settle(&log) { return action }
            }
        }
    }

    /// Moves behind a slice of the ring that was written.
    mutating func pass(_ slice: FrameRing.Slice) {
        if position.epoch != slice.base.epoch { position = slice.base }
        if let id = slice.lastID {
            position.pass(id, slice.lastCount)
            lost = nil
            if slice.lastCount != nil { hasOwnCount = false }
            front = .untold
        }
        if slice.endsWithGap, seen.contains(slice.next - 1) {
            front = .told
            position.count = .unknown
        }
        self.place = slice.hasEnd ? .over : .ring(slice.next)
    }
}

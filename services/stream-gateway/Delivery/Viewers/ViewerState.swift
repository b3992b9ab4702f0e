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

    private enum Place: Hashable {
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

    private let query: ViewerQuery
    private var place = Place.waiting
    package private(set) var position = Position.start
    private var seen = SeenFrames(since: 0)

    /// How many looks into the stream had begun when the viewer came.
    private var askedAt: Int?

    /// Whether the position is the viewer's own word, which the stream may not bear out.
    private var isUnchecked = false

    /// Whether the log was made to look into the stream for a position that it does not know.
    private var isLookedFor = false
    private var heldPage: EncodedPage?

    /// Whether the stream was found to reach the position, to which the log comes when it looks.
    private var isAhead = false

    /// Where the viewer fell behind the ring.
    private var leftAt: Int?

    /// Whether the viewer was told what is missing in front of the next record.
    private var skipsGap = false

    /// Whether the viewer knows the numbers up to its place in the ring, and the ring does not.
    private var hasOwnCount = false

    /// With how many of the last records the viewer begins, as long as they were not read.
    private var tail: Int?

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
    package private(set) var startID: EntryID?

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

    /// The same.
    ///
    /// - Parameter slice: Is set to what was read of the ring, if that is what is to be done.
    mutating func next(_ log: inout TopicLog, slice read: inout FrameRing.Slice?) -> Action {
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
                if beginsWithLatest, log.lastLook <= asked, log.isReachable {
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
                        return .write(log.gap(after: position.id, before: nil, hole: hole), isEnd: false)
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
            if slice.lastCount != nil { hasOwnCount = false }
            skipsGap = false
        }
        if slice.endsWithGap, seen.contains(slice.next - 1) {
            skipsGap = true
            position.count = .unknown
        }
        self.place = slice.hasEnd ? .over : .ring(slice.next)
    }

    // MARK: Finding the place

    /// - Returns: What is to be done before the viewer has a place to go on from.
    private mutating func begin(_ log: TopicLog) -> Action? {
        seen = SeenFrames(since: log.ring.endIndex)
        leave(at: log.ring.endIndex)
        place = .anywhere
        let epoch = log.position.epoch
        switch query.start {
        case .beginning, .after(.zero):
            self.position = Position(epoch: epoch, count: .last(0))
        case .now:
            if let end = log.beforeEnd {
                // The end is what comes next for whoever comes after it.
                self.position = Position(epoch: epoch, id: end)
                skipsGap = true
            } else {
                self.position = log.ring.head
                startID = self.position.id
                skipsGap = log.hasDeleted
                _ = enter(at: log.ring.endIndex, log)
            }
        case .tail(let count):
            let tail = log.ring.tail(count)
            // Entries that wait for their messages are among the last, and not in the ring.
            guard !log.hasHeld, tail.count == count || log.ring.base.id == .zero else {
                skipsGap = true
                self.tail = count
                return nil
            }
            // What is missing in front of the tail was not asked for.
            self.position = tail.position
            self.position.count = .unknown
            startID = self.position.id
            _ = enter(at: tail.index, log)
            skipsGap = tail.count > 0
        case .after(let id):
            self.position = Position(epoch: epoch, id: id)
            isUnchecked = true
        }
        return nil
    }

    /// Finds out where the position is.
    ///
    /// - Returns: What is to be done; `nil` when it is in the ring.
    private mutating func settle(_ log: inout TopicLog) -> Action? {
        if tail != nil {
            self.position.epoch = log.position.epoch
            return read(log)
        }
        if isUnchecked, self.position.epoch != log.position.epoch {
            self.position.epoch = log.position.epoch
            isAhead = false
            passEpoch(of: log)
        }
        guard self.position.epoch == log.position.epoch else {
            let last = log.unchanged(since: self.position.epoch)
            if last > .zero, self.position.id <= last {
                // What is lost is behind the viewer's position, and the viewer will come by there.
                self.position.epoch = log.position.epoch
                return self.settle(&log)
            }
            // The stream has begun anew since the viewer was there.
            let gap = log.gap(after: self.position.id, before: nil, hole: Hole())
            self.position = Position(epoch: log.position.epoch, id: last)
            passEpoch(of: log)
            isUnchecked = false
            isAhead = false
            skipsGap = true
            return .write(gap, isEnd: false)
        }
        let id = self.position.id
        if log.isOver(after: id) {
            self.place = .over
            return .end
        }
        if id > log.ring.head.id { log.seal() }
        let isCovered = log.ring.base.id <= id && id <= log.ring.head.id
        let place = log.ring.place(after: id)
        if isUnchecked, !isCovered || !place.isKnown {
            if isLookedFor { return read(log) }
            // The stream may have begun anew, which another gateway knows already.
            isLookedFor = true
            return look(&log)
        }
        guard isCovered else {
            if isAhead, id > log.ring.head.id, id <= log.position.id { return .nothing }
            // What was found may be gone since then.
            isAhead = false
            return read(log)
        }
        let missed = enter(at: place.index, log)
        guard isUnchecked else {
            let hole = self.position.count.hole(to: place.position.count)
            if hole != nil { self.position.count = place.position.count }
            hasOwnCount = self.position.count != .unknown && self.position.count != place.position.count
            if let hole { return .write(log.gap(after: id, before: place.next?.id, hole: hole), isEnd: false) }
            return missed ? .write(log.gap(after: id, before: place.next?.id, hole: Hole()), isEnd: false) : nil
        }
        isUnchecked = false
        self.position.count = place.position.count
        return nil
    }

    /// The frame that tells that the stream has begun anew is not for this viewer, which is told by itself.
    private mutating func passEpoch(of log: TopicLog) {
        guard let left = leftAt, left <= log.epochIndex else { return }
        seen.enter(at: log.epochIndex + 1)
        leave(at: log.epochIndex + 1)
    }

    private mutating func leave(at index: Int) {
        seen.leave(at: index)
        leftAt = index
    }

    /// - Returns: Whether the viewer has missed something that is not in the stream since it fell behind.
    private mutating func enter(at index: Int, _ log: TopicLog) -> Bool {
        place = .ring(index)
        guard let left = leftAt.take() else { return false }
        seen.enter(at: index)
        return left < index && log.hasMissing(in: left..<index, from: query.level)
    }

    // MARK: The stream

    private mutating func read(_ log: TopicLog) -> Action {
        place = .reading
        let request = PageRequest(
            name: log.name,
            position: position,
            read: log.position.id,
            isUnchecked: isUnchecked,
            tail: tail,
            skipsGap: skipsGap,
            level: query.level,
            seen: seen,
            given: log.given
        )
        return .read(request)
    }

    /// A page could not be read. After a pause, ``resume()`` goes on.
    package mutating func takeFailure() {
        if place == .reading { place = .paused }
    }

    /// Takes a page that was asked for.
    ///
    /// - Returns: What is to be done with it.
    package mutating func take(_ page: EncodedPage, _ log: inout TopicLog) -> Action {
        guard place == .reading else { return .nothing }
        if log.isLooking {
            heldPage = page
            place = .holding(look: log.looksBegun)
            log.isAwaited = true
            return .nothing
        }
        place = .anywhere
        return act(on: page, &log) ?? .nothing
    }

    /// The log must find out first what has become of the stream.
    private mutating func look(_ log: inout TopicLog) -> Action {
        place = .awaiting(lookAfter: log.looksBegun)
        log.isAwaited = true
        return .look
    }

    /// - Returns: What is to be done with a page; `nil` when the viewer can go on from its position.
    private mutating func act(on page: EncodedPage, _ log: inout TopicLog) -> Action? {
        guard page.request.position.epoch == log.position.epoch else { return nil }
        // The stream ends before what was read of it: it is not the one that the log knows.
        if let lastID = page.lastID, lastID < page.request.read { return look(&log) }
        position = page.position
        tail = nil
        if page.hasEnd { place = .over }
        if !page.isEmpty {
            isUnchecked = false
            skipsGap = false
            return .write(page.bytes, isEnd: page.hasEnd)
        }
        let id = position.id
        let lastID = page.lastID ?? .zero
        if id < log.ring.base.id {
            // What is between here and the ring is gone, unless the log has read it since the page was asked for.
            return log.ring.base.id <= page.request.read ? hop(to: log.ring.base, log) : nil
        }
        if id <= lastID {
            isAhead = true
            if isUnchecked {
                isUnchecked = false
                // The entry is gone, and nothing is behind it that could tell what else is.
                skipsGap = !page.isThere
                if skipsGap { return .write(log.gap(after: id, before: nil, hole: Hole()), isEnd: false) }
            }
            return id <= log.position.id ? nil : look(&log)
        }
        if page.lastID != nil, id <= log.position.id { return look(&log) }
        // The stream does not reach where the viewer was, or is gone.
        log.losses.formUnion(page.losses)
        let gap = log.gap(after: id, before: nil, hole: Hole())
        position =
            page.lastID == nil
            ? Position(epoch: log.position.epoch, id: page.request.read) : log.restart(after: id, lastID: lastID)
        position.count = .unknown
        isUnchecked = false
        skipsGap = true
        return .write(gap, isEnd: false)
    }

    /// Goes on with the ring, as what is in front of it is gone.
    private mutating func hop(to base: Position, _ log: TopicLog) -> Action? {
        let id = position.id
        var hole = skipsGap ? nil : Hole()
        if hole != nil, !isUnchecked, case .last(let here) = position.count,
            case .last(let there) = base.count
        {
            // Entries of others have no numbers.
            hole = Hole(missed: there > here ? there &- here : nil)
        }
        position = base
        isUnchecked = false
        guard let hole else { return nil }
        let before = log.ring.place(after: base.id).next?.id
        return .write(log.gap(after: id == .zero ? nil : id, before: before, hole: hole), isEnd: false)
    }
}

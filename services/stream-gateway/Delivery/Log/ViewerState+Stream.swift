//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// What a viewer reads of the stream while the ring does not have it.
extension ViewerState {
    mutating func read(_ log: TopicLog) -> Action {
        place = .reading
        let request = PageRequest(
            name: log.name,
            position: position,
            lost: lost,
            read: log.position.id,
            incarnation: log.incarnation,
            isUnchecked: isUnchecked,
            tail: tail,
            skipsGap: skipsGap,
            level: query.level,
            seen: seen,
            given: log.given,
            unstored: log.hasPast ? log.foreign.unstored : .messages,
            settled: log.settled,
            holes: log.holes,
            wantsFrames: query.isFollower,
            known: query.count,
            isInPast: isInPast
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
        let action = act(on: page, &log)
        noteRecovery(hasHole: front == .told)
        return action ?? .nothing
    }

    /// The log must find out first what has become of the stream.
    mutating func look(_ log: inout TopicLog) -> Action {
        place = .awaiting(lookAfter: log.looksBegun)
        log.isAwaited = true
        return .look
    }

    /// - Returns: What is to be done with a page; `nil` when the viewer can go on from its position.
    mutating func act(on page: EncodedPage, _ log: inout TopicLog) -> Action? {
        guard page.request.position.epoch == log.position.epoch else { return nil }
        // The stream ends before what was read of it: it is not the one that the log knows.
        if let lastID = page.lastID, lastID < page.request.read { return look(&log) }
        // Redis had nothing behind the position, and has now.
        if page.isUnbounded, log.position.id > page.request.read { return nil }
        if let replay = page.replay, !join(replay, &log) { return nil }
        if let gap = beginAnew(page, &log) { return gap }
        position = page.position
        tail = nil
        isReplayed = page.isPast && !page.isEmpty
        isInPast = page.isPast && page.isFullPast
        isEarlier = isInPast && page.isEarlier
        if page.hasEnd { place = .over }
        if !page.isEmpty {
            lost = nil
            if query.isFollower { pageFrames = page.frames }
            isUnchecked = false
            noteRecovery(hasHole: page.beginsWithGap)
            front = .untold
            return .write(page.bytes, isEnd: page.hasEnd)
        }
        let id = position.id
        let lastID = page.lastID ?? .zero
        if page.isAheadOfLog { return look(&log) }
        if page.isPastOver, id == .zero {
            place = .over
            return .end
        }
        if id < log.ring.base.id {
            // What is between here and the ring is gone, unless the log has read it since the page was asked for.
            return log.ring.base.id <= page.request.read ? hop(to: log.ring.base, log) : nil
        }
        if id <= lastID {
            isAhead = true
            if isUnchecked {
                isUnchecked = false
                // The entry is gone, and nothing is behind it that could tell what else is.
                if page.anchor != .present, let gap = tell(Hole(), after: id, before: nil, log) { return gap }
            }
            return id <= log.position.id ? nil : look(&log)
        }
        if page.isPastOver {
            place = .over
            return .end
        }
        if page.endsWithPast, id >= log.position.id {
            // Nothing is missing. What comes next, comes behind what the log has.
            isUnchecked = false
            let hasMissed = enter(at: log.ring.place(after: id).index, log)
            hasOwnCount = position.count != .unknown && position.count != log.ring.head.count
            return hasMissed ? tell(Hole(), after: id, before: nil, log) : nil
        }
        if page.lastID != nil, id <= log.position.id { return look(&log) }
        // The stream does not reach where the viewer was, or is gone.
        log.losses.formUnion(page.losses)
        let gap = tell(Hole(), after: id, before: nil, log)
        position =
            page.lastID == nil
            ? Position(epoch: log.position.epoch, id: page.request.read) : log.restart(after: id, lastID: lastID)
        lost = page.lastID != nil && position.id > .zero ? lost ?? id : nil
        position.count = .unknown
        isUnchecked = false
        return gap
    }

    /// Has a follower begin with a stream that never had the entry with which it came: it is not the one that was followed.
    private mutating func beginAnew(_ page: EncodedPage, _ log: inout TopicLog) -> Action? {
        let id = page.request.position.id
        guard query.isFollower, isUnchecked, page.anchor == .unknown, page.lastID ?? .zero > id else { return nil }
        log.losses.formUnion(page.losses)
        if log.wasLost(id) { return nil }
        isUnchecked = false
        position = Position(epoch: log.position.epoch, count: .last(0))
        return tell(Hole(), after: id, before: nil, log)
    }

    /// Makes sure that no record of the past is given beside its message.
    ///
    /// - Returns: `false` if the page has one whose message the viewer was given meanwhile, or lacks one.
    private mutating func join(_ replay: Replay, _ log: inout TopicLog) -> Bool {
        let frames = log.join(replay)
        for record in replay.records {
            let wasShown = frames[record.id]?.wasShown(to: seen, from: query.level) ?? false
            if wasShown != record.isLeftOut { return false }
        }
        for record in replay.records where !record.isLeftOut {
            if let frame = frames[record.id] { seen.replay(frame.index) }
        }
        return true
    }

    /// Goes on with the ring, as what is in front of it is gone.
    private mutating func hop(to base: Position, _ log: TopicLog) -> Action? {
        let id = position.id
        var hole = Hole()
        if !isUnchecked, case .last(let here) = position.count,
            case .last(let there) = base.count
        {
            // Entries of others have no numbers.
            hole = Hole(missed: there > here ? there &- here : nil)
        }
        position = base
        isUnchecked = false
        if skipsGap { return nil }
        return tell(hole, after: id == .zero ? nil : id, before: log.ring.place(after: base.id).next?.id, log)
    }

    /// Tells the viewer of what is gone in front of the next record.
    ///
    /// - Returns: `nil` when it was told.
    mutating func tell(_ hole: Hole, after: EntryID?, before: EntryID?, _ log: TopicLog) -> Action? {
        if front == .told { return nil }
        front = .told
        return .write(log.gap(after: after, before: before, hole: hole), isEnd: false)
    }
}

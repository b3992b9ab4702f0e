//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// How a viewer finds its place.
extension ViewerState {
    /// - Returns: What is to be done before the viewer has a place to go on from.
    mutating func begin(_ log: TopicLog) -> Action? {
        let first = query.wantsEarlier ? 0 : log.ring.endIndex
        seen = SeenFrames(since: first)
        seen.repeatsGiven = query.isFollower
        leave(at: first)
        place = .anywhere
        let epoch = log.position.epoch
        switch query.start {
        case .beginning, .after(.zero):
            self.position = Position(epoch: epoch, count: .last(0))
        case .now:
            if let end = log.beforeEnd {
                // The end is what comes next for whoever comes after it.
                self.position = Position(epoch: epoch, id: end)
                front = .unasked
            } else {
                self.position = log.ring.head
                startID = self.position.id
                front = log.hasDeleted ? .unasked : .untold
                _ = enter(at: log.ring.endIndex, log)
            }
        case .tail(let count):
            let tail = log.ring.tail(count)
            // Entries that wait for their messages are among the last, and not in the ring.
            let isAll = log.ring.base.id == .zero && !(log.hasPast && log.isGone)
            guard !log.hasHeld, tail.count == count || isAll else {
                front = .unasked
                self.tail = count
                return nil
            }
            // What is missing in front of the tail was not asked for.
            self.position = tail.position
            self.position.count = .unknown
            startID = self.position.id
            _ = enter(at: tail.index, log)
            front = tail.count > 0 ? .unasked : .untold
        case .after(let id):
            self.position = Position(epoch: epoch, id: id)
            isUnchecked = true
        }
        return nil
    }

    /// Finds out where the position is.
    ///
    /// - Returns: What is to be done; `nil` when it is in the ring.
    mutating func settle(_ log: inout TopicLog) -> Action? {
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
            let gap = tell(Hole(), after: self.position.id, before: nil, log)
            lost = last > .zero ? lost ?? self.position.id : nil
            self.position = Position(epoch: log.position.epoch, id: last)
            passEpoch(of: log)
            isUnchecked = false
            isAhead = false
            return gap
        }
        if log.hasPast, log.isGone, !hasAskedPast, !query.isFollower, query.start != .now {
            hasAskedPast = true
            return read(log)
        }
        if isEarlier { return read(log) }
        let id = self.position.id
        if isUnchecked || isReplayed ? log.isOver(forWhoHas: id) : log.isOver(after: id) {
            self.place = .over
            return .end
        }
        if id > log.ring.head.id { log.seal() }
        let isCovered = log.ring.base.id <= id && id <= log.ring.head.id
        let place = log.ring.place(after: id)
        if isUnchecked || isReplayed, !isCovered || !place.isKnown {
            if isLookedFor || isReplayed { return read(log) }
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
            let hole = self.position.count.hole(to: place.position.count) ?? (missed ? Hole() : nil)
            if self.position.count.hole(to: place.position.count) != nil { self.position.count = place.position.count }
            hasOwnCount = self.position.count != .unknown && self.position.count != place.position.count
            return hole.flatMap { tell($0, after: id, before: place.next?.id, log) }
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

    mutating func leave(at index: Int) {
        seen.leave(at: index)
        leftAt = index
    }

    /// - Returns: Whether the viewer has missed something that is not in the stream since it fell behind.
    mutating func enter(at index: Int, _ log: TopicLog) -> Bool {
        place = .ring(index)
        guard let left = leftAt.take() else { return false }
        seen.enter(at: index)
        return left < index && log.hasMissing(in: left..<index, from: query.level)
    }
}

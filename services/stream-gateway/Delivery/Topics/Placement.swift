//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

/// Where a viewer begins to read.
enum Placement {
    /// In the ring, after an event that says what is gone before it, if something is.
    case ring(index: Int, gap: ByteBuffer?)

    /// In the stream, behind an id that the ring does not reach back to.
    case stream(after: EntryID)

    /// In the stream, with its last so many records.
    case streamTail(Int)

    /// Nowhere: the viewer has seen the end.
    case over
}

/// Where a viewer goes on after a page of the stream.
enum Continuation: Equatable {
    /// In the ring.
    case ring(index: Int)

    /// Nowhere until the ring has come as far as the viewer.
    case ahead

    /// In the stream: the ring does not reach back so far.
    case behind

    /// Nowhere: the viewer has seen the end, elsewhere, before this gateway had it.
    case over
}

extension TopicLog {
    /// Where a viewer begins that asks so. The log must be loaded.
    mutating func placement(for start: ViewerQuery.Start) -> Placement {
        // What this tick has brought so far counts: a viewer may have seen it elsewhere.
        self.seal(all: true)
        switch start {
        case .beginning, .after(.zero):
            return self.fromBeginning()
        case .now:
            // The end is what comes next for whoever comes after it.
            let isOver = self.ring.last?.kind == .end
            return .ring(index: self.ring.endIndex - (isOver ? 1 : 0), gap: nil)
        case .tail(let count):
            let tail = self.ring.tail(count)
            return tail.count == count || self.hasBeginning ? .ring(index: tail.index, gap: nil) : .streamTail(count)
        case .after(let id):
            return self.after(id)
        }
    }

    /// Where a viewer goes on that has read the stream up to an id.
    ///
    /// - Parameters:
    ///   - id: The last record that it has.
    ///   - isAtEnd: Whether the stream had nothing behind it.
    mutating func continuation(after id: EntryID, isAtEnd: Bool) -> Continuation {
        self.seal(all: true)
        // The viewer has read in the stream what the ring does not have yet. Were it to wait at the ring's end, it would
        // get those records again as they come.
        guard id <= self.position else { return .ahead }
        if let last = self.ring.last, last.kind == .end, let end = last.id, end <= id { return .over }
        guard isAtEnd || self.ring.first?.frame.id ?? .zero <= id && self.ring.first != nil else { return .behind }
        return .ring(index: self.ring.find(id).next)
    }

    private func fromBeginning() -> Placement {
        guard self.hasBeginning else { return .stream(after: .zero) }
        guard let seq = self.ring.first?.frame.seq, seq > 1 else { return .ring(index: self.ring.startIndex, gap: nil) }
        // A run counts from 1: the records before this one were trimmed.
        return .ring(index: self.ring.startIndex, gap: self.gap(before: self.ring.first?.frame.id, missed: seq - 1))
    }

    private func after(_ id: EntryID) -> Placement {
        if let last = self.ring.last, last.kind == .end, let end = last.id, end <= id { return .over }
        guard let first = self.ring.first?.frame.id else {
            // There is nothing, so what the viewer has seen is gone with all the rest; or it has seen it elsewhere, of a
            // stream that this gateway has not seen yet.
            return .stream(after: id)
        }
        if id > self.position { return .stream(after: id) }
        if id < first, !self.hasBeginning { return .stream(after: id) }
        let place = self.ring.find(id)
        return .ring(index: place.next, gap: place.isThere ? nil : self.gap(after: id, before: place.nextID))
    }
}

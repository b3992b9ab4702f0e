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

extension TopicLog {
    /// Where a viewer begins that asks so. The log must be loaded.
    func placement(for start: ViewerQuery.Start) -> Placement {
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

    /// The index to read from behind an id, once a viewer has come as far as the ring reaches back.
    func index(after id: EntryID) -> Int? {
        guard let first = self.ring.first?.frame.id else { return nil }
        return id >= first ? self.ring.find(id).next : nil
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

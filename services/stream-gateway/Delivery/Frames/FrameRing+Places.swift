//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Where something stands in the ring.
extension FrameRing {
    /// The first number from an index on and where it is, if no gap is told in front of it.
    func untoldNumber(from index: Int) -> (index: Int, number: Int)? {
        var start = startIndex
        for batch in batches {
            for (offset, frame) in batch.frames.enumerated().dropFirst(max(0, index - start)) {
                if let number = frame.number { return frame.gapLength == 0 ? (start + offset, number) : nil }
            }
            start += batch.frames.count
        }
        return nil
    }

    /// A place in the ring behind an id.
    struct Place {
        /// Of the first frame behind it, or of the next to come.
        var index: Int

        /// Whether the ring has the entry itself, or begins right behind it.
        var isKnown: Bool

        /// The last entry up to there.
        var position: Position

        /// The first entry behind it.
        var next: Frame?
    }

    /// Where an id stands that is between ``base`` and ``head``.
    func place(after id: EntryID) -> Place {
        var place = Place(index: startIndex, isKnown: id == base.id, position: base)
        var start = startIndex
        for batch in batches {
            if let lastID = batch.lastID, lastID <= id {
                batch.move(&place.position)
                place.isKnown = lastID == id
                place.index = start + batch.lastOffset + 1
            } else {
                for (offset, frame) in batch.frames.enumerated() {
                    guard let frameID = frame.id else { continue }
                    if frameID > id {
                        place.next = frame
                        return place
                    }
                    place.position.pass(frameID, frame.count)
                    place.isKnown = frameID == id
                    place.index = start + offset + 1
                }
            }
            start += batch.frames.count
        }
        return place
    }

    /// The index from which on there are so many entries, or all, and the position there.
    func tail(_ count: Int) -> (index: Int, position: Position, count: Int) {
        var found: [(index: Int, position: Position)] = []
        var position = base
        var index = startIndex
        for frame in batches.lazy.flatMap(\.frames) {
            if let id = frame.id {
                found.append((index, position))
                position.pass(id, frame.count)
            }
            index += 1
        }
        let tail = found.suffix(count)
        return (tail.first?.index ?? endIndex, tail.first?.position ?? head, tail.count)
    }
}

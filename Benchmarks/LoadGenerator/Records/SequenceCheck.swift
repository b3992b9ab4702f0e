//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Checks that one viewer sees each record of a run once and in order.
struct SequenceCheck {
    /// What was wrong so far. Records that never came are found by ``SequenceCheck/lost(upTo:)``.
    private(set) var repeated = 0
    private(set) var outOfOrder = 0

    /// The number of the record that comes next.
    private(set) var next: Int

    /// Records that were passed over, in order. Empty unless something is wrong.
    private var holes: [Range<Int>] = []

    init(next: Int = 1) {
        self.next = next
    }

    /// Takes note of a record.
    ///
    /// - Returns: Whether it had not been seen before.
    mutating func see(_ seq: Int) -> Bool {
        if seq == next {
            next += 1
            return true
        }
        if seq > next {
            holes.append(next..<seq)
            next = seq + 1
            return true
        }
        guard let index = holes.firstIndex(where: { $0.contains(seq) }) else {
            repeated += 1
            return false
        }
        outOfOrder += 1
        let hole = holes.remove(at: index)
        let rest = [hole.lowerBound..<seq, (seq + 1)..<hole.upperBound].filter { !$0.isEmpty }
        holes.insert(contentsOf: rest, at: index)
        return true
    }

    /// How many of the records up to a number have not come.
    func lost(upTo last: Int) -> Int {
        holes.reduce(max(0, last + 1 - next)) { $0 + $1.count }
    }
}

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
        if seq == self.next {
            self.next += 1
            return true
        }
        if seq > self.next {
            self.holes.append(self.next..<seq)
            self.next = seq + 1
            return true
        }
        guard let index = self.holes.firstIndex(where: { $0.contains(seq) }) else {
            self.repeated += 1
            return false
        }
        self.outOfOrder += 1
        let hole = self.holes.remove(at: index)
        let rest = [hole.lowerBound..<seq, (seq + 1)..<hole.upperBound].filter { !$0.isEmpty }
        self.holes.insert(contentsOf: rest, at: index)
        return true
    }

    /// How many of the records up to a number have not come.
    func lost(upTo last: Int) -> Int {
        self.holes.reduce(max(0, last + 1 - self.next)) { $0 + $1.count }
    }
}

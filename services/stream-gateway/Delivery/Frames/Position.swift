//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// A place in a topic's stream: behind an entry.
///
/// Everything has one: each frame of the ring, the log's head, and each viewer from the moment that it is placed. What
/// comes next for a viewer is what follows its position, wherever that is read from.
package struct Position: Hashable, Sendable {
    /// Counts how often the stream has begun anew; ids of different epochs cannot be compared.
    package var epoch: Int

    /// The entry. What is behind it has not been seen.
    package var id: EntryID

    /// What is known of the numbers up to here.
    package var count: Count

    /// The numbers of the records up to a position, from which it follows whether any are missing before the next.
    package enum Count: Hashable, Sendable {
        /// Nothing is known, so nothing can be missing.
        case unknown

        /// The last number up to here; 0 before a run's first.
        case last(Int)

        /// The last number, or the one after it: the entry here is gone, and may have had that number.
        case lastOrNext(Int)

        /// What the numbers up to a position tell somebody whose own entry there is gone. Without any number in front of
        /// it, the entry may be of a stream of which nothing is left.
        package static func behindGone(_ count: Count) -> Count {
            if case .last(let last) = count, last > 0 { .lastOrNext(last) } else { .unknown }
        }

        /// What is missing for somebody who has come to the same place by another way, and has seen fewer numbers.
        func hole(to other: Count) -> Hole? {
            guard case .last(let here) = self, case .last(let there) = other, here < there else { return nil }
            return Hole(missed: there &- here)
        }

        /// What a record tells; `nil` when it tells nothing.
        ///
        /// - Parameters:
        ///   - number: The record's number, if its publisher gives any.
        ///   - hole: What was told to be missing in front of it. The next number would tell of the same again.
        init?(number: Int?, hole: Hole?) {
            if let number {
                self = .last(number)
            } else if hole != nil {
                self = .unknown
            } else {
                return nil
            }
        }
    }

    package init(epoch: Int = 0, id: EntryID = .zero, count: Count = .unknown) {
        self.epoch = epoch
        self.id = id
        self.count = count
    }

    /// Before the first entry.
    package static let start = Position(count: .last(0))

    /// Moves behind an entry.
    ///
    /// - Parameter count: What it tells of the numbers.
    mutating func pass(_ id: EntryID, _ count: Count?) {
        self.id = id
        if let count { self.count = count }
    }

    /// What is missing between this position and the record that comes next.
    func hole(before number: Int?) -> Hole? {
        guard let number else { return nil }
        switch count {
        case .unknown:
            return nil
        case .last(let last):
            return Self.hole(from: last, to: number)
        case .lastOrNext(let last):
            return number == last &+ 1 ? nil : Self.hole(from: last &+ 1, to: number)
        }
    }

    /// Numbers that do not follow one another. A number that is not higher than the last means that the run has begun
    /// anew, and how much is missing nobody knows.
    private static func hole(from last: Int, to number: Int) -> Hole? {
        if number == last &+ 1 { return nil }
        return Hole(missed: number > last ? number &- last &- 1 : nil, isNumbered: true)
    }
}

/// Records that are gone for good.
package struct Hole: Hashable, Sendable {
    /// How many they are, where that is known.
    package var missed: Int?

    /// Whether the records' numbers tell of it, and of no less.
    var isNumbered = false

    /// Both of two holes that lie side by side.
    func followed(by other: Hole?) -> Hole {
        guard let other else { return self }
        guard let missed, let more = other.missed else { return Hole() }
        return Hole(missed: missed &+ more)
    }

    /// The same hole as another count tells of it, which may count records that this one does not.
    func joined(with other: Hole?) -> Hole {
        guard let other else { return self }
        return Hole(missed: missed.map { max($0, other.missed ?? 0) })
    }
}

/// A moment, by the two clocks that matter: one that only moves forward, and the one that Redis's ids are made from.
package struct Moment: Hashable, Sendable {
    /// Milliseconds of a clock that only moves forward.
    package var uptime: Int64

    /// Milliseconds since 1970.
    package var wall: UInt64

    package init(uptime: Int64, wall: UInt64) {
        self.uptime = uptime
        self.wall = wall
    }
}

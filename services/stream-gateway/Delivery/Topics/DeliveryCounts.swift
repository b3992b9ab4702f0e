//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

/// What the process has delivered, for its metrics. Counting costs an addition for each write of a run to many viewers.
package enum DeliveryCounts {
    /// Records that viewers were given.
    package static let records = Counter()

    /// Viewers that came with the id of the last event that they had seen, and got all that was behind it.
    package static let recovered = Counter()

    /// Those that were told that something is missing.
    package static let unrecovered = Counter()

    /// Gaps that were told. One that many viewers are told at the same place counts once.
    package static let gaps = Counter()

    /// The time from a record's being stored to its being written to the viewers' sockets.
    package static let lag = LagHistogram()

    /// The time that the last message took from this process through Redis and back, in nanoseconds; 0 before the first.
    static let roundTrip = Atomic<Int>(0)

    /// The same, in seconds.
    package static var pubsubLag: Double { Double(roundTrip.load(ordering: .relaxed)) / 1e9 }

    package final class Counter: Sendable {
        private let count = Atomic<Int>(0)

        func add(_ number: Int = 1) { count.wrappingAdd(number, ordering: .relaxed) }

        package var value: Int { count.load(ordering: .relaxed) }
    }

    package final class LagHistogram: Sendable {
        /// The upper bounds of the buckets, in seconds.
        package static let bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

        private let state = Mutex((counts: [Int](repeating: 0, count: bounds.count + 1), sum: 0.0))

        func record(milliseconds: Int64) {
            let seconds = Double(max(0, milliseconds)) / 1000
            let bucket = Self.bounds.firstIndex { seconds <= $0 } ?? Self.bounds.count
            state.withLock { state in
                state.counts[bucket] += 1
                state.sum += seconds
            }
        }

        /// How many were in each bucket, the last of which has no bound, and the sum of all, in seconds.
        package var values: (counts: [Int], sum: Double) { state.withLock { $0 } }
    }
}

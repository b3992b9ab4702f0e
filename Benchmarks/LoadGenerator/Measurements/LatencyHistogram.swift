//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Counts of latencies in buckets that are at most 1.6 % wide, so that millions of them cost a few kilobytes.
struct LatencyHistogram {
    private var counts = [Int](repeating: 0, count: 64 * 64)
    private(set) var count = 0
    /// The highest, in nanoseconds.
    private(set) var maximum: Int64 = 0

    /// Counts a latency, in nanoseconds.
    mutating func record(_ nanoseconds: Int64) {
        let value = UInt64(max(0, nanoseconds))
        counts[Self.bucket(of: value)] += 1
        count += 1
        maximum = max(maximum, nanoseconds)
    }

    /// The latency, in nanoseconds, that the given share of all stays below or at.
    ///
    /// - Parameter share: From 0 to 1.
    /// - Returns: `nil` when nothing was counted.
    func quantile(_ share: Double) -> Int64? {
        if self.count == 0 { return nil }
        let rank = max(1, Int((Double(self.count) * share).rounded(.up)))
        var seen = 0
        for (bucket, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return min(Self.upperBound(of: bucket), maximum) }
        }
        return maximum
    }

    // 64 buckets for each power of two; the values below 64 have one each.
    private static func bucket(of value: UInt64) -> Int {
        if value < 64 { return Int(value) }
        let shift = 57 - value.leadingZeroBitCount
        return (shift + 1) * 64 + Int(value >> UInt64(shift)) - 64
    }

    private static func upperBound(of bucket: Int) -> Int64 {
        if bucket < 64 { return Int64(bucket) }
        let shift = bucket / 64 - 1
        // Wraps for the last bucket, whose bound is 2⁶³ - 1.
        return (Int64(bucket % 64) + 65) << Int64(shift) &- 1
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A token bucket: it is full at first, each use takes tokens, and time brings them back.
///
/// A use that takes more tokens than there are in a full bucket is allowed when the bucket is full, and leaves a debt that
/// delays the next uses. So a large batch is possible, and costs as much as its runs.
struct TokenBucket: Hashable {
    /// When the bucket is full again. All that is known of it follows from this.
    private(set) var fullAt: ContinuousClock.Instant

    /// What came of a use.
    enum Outcome: Equatable {
        case taken
        /// There are not enough tokens; there will be after this time.
        case refused(wait: Duration)
    }

    /// A full bucket.
    init(now: ContinuousClock.Instant) { fullAt = now }

    /// Takes tokens, all or none.
    mutating func take(_ count: Int = 1, of rate: Rate, now: ContinuousClock.Instant) -> Outcome {
        let start = max(fullAt, now)
        let needed = rate.interval * min(count, rate.count)
        let wait = start + needed - now - rate.interval * rate.count
        guard wait <= .zero else { return .refused(wait: wait) }
        fullAt = start + rate.interval * count
        return .taken
    }

    /// The tokens that are left.
    func left(of rate: Rate, now: ContinuousClock.Instant) -> Int {
        guard fullAt > now else { return rate.count }
        return max(0, rate.count - Int(((fullAt - now) / rate.interval).rounded(.up)))
    }

    /// Whether the bucket is as a new one would be.
    func isFull(now: ContinuousClock.Instant) -> Bool { fullAt <= now }
}

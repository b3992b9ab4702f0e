//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The token buckets of many clients, at most a fixed number of them.
///
/// A bucket that is full again says nothing and is dropped when there is need of room. When too many are not full, those
/// nearest to full are dropped: who was limited most stays limited.
struct RateTable {
    let rate: Rate
    private let capacity: Int
    private var buckets: [ClientKey: TokenBucket] = [:]

    /// - Parameter capacity: The most buckets, 4 or more.
    init(_ rate: Rate, capacity: Int = 10_000) {
        self.rate = rate
        self.capacity = capacity
    }

    /// The number of buckets.
    var count: Int { buckets.count }

    /// Takes tokens from a client's bucket.
    mutating func take(
        _ count: Int,
        from client: ClientKey,
        now: ContinuousClock.Instant
    ) -> (outcome: TokenBucket.Outcome, bucket: TokenBucket) {
        var bucket = buckets[client] ?? TokenBucket(now: now)
        let outcome = bucket.take(count, of: rate, now: now)
        if buckets[client] == nil, buckets.count >= capacity { makeRoom(now: now) }
        buckets[client] = bucket
        return (outcome, bucket)
    }

    private mutating func makeRoom(now: ContinuousClock.Instant) {
        buckets = buckets.filter { !$0.value.isFull(now: now) }
        // A quarter at once, so that sorting is rare.
        let excess = buckets.count - capacity * 3 / 4
        guard excess > 0 else { return }
        for (client, _) in buckets.sorted(by: { $0.value.fullAt < $1.value.fullAt }).prefix(excess) {
            buckets[client] = nil
        }
    }
}

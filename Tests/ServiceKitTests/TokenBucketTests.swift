//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Hosts
import ProgramSettings
import Testing

@testable import ServiceKit

@Suite("Token buckets")
struct TokenBucketTests {
    private let start = ContinuousClock.now
    private let rate = Rate("3/m")

    @Test("A full bucket gives what it holds at once, then one in each interval")
    func burst() throws {
        let rate = try #require(rate)
        var bucket = TokenBucket(now: start)
        for left in [2, 1, 0] {
            #expect(bucket.take(of: rate, now: start) == .taken)
            #expect(bucket.left(of: rate, now: start) == left)
        }
        #expect(bucket.take(of: rate, now: start) == .refused(wait: .seconds(20)))
        #expect(bucket.take(of: rate, now: start + .seconds(15)) == .refused(wait: .seconds(5)))
        #expect(bucket.take(of: rate, now: start + .seconds(20)) == .taken)
        #expect(bucket.take(of: rate, now: start + .seconds(21)) == .refused(wait: .seconds(19)))
        #expect(bucket.left(of: rate, now: start + .seconds(3600)) == 3)
    }

    @Test("What is refused costs nothing")
    func refusal() throws {
        let rate = try #require(rate)
        var bucket = TokenBucket(now: start)
        for _ in 0..<3 { _ = bucket.take(of: rate, now: start) }
        for _ in 0..<1000 { _ = bucket.take(of: rate, now: start) }
        #expect(bucket.take(of: rate, now: start + .seconds(20)) == .taken)
    }

    @Test("More than a bucket holds is possible when it is full, and leaves a debt")
    func debt() throws {
        let rate = try #require(rate)
        var bucket = TokenBucket(now: start)
        #expect(bucket.take(10, of: rate, now: start) == .taken)
        #expect(bucket.left(of: rate, now: start) == 0)
        // Ten intervals until it is full; one token is there after eight of them.
        #expect(bucket.take(of: rate, now: start) == .refused(wait: .seconds(160)))
        #expect(bucket.take(of: rate, now: start + .seconds(160)) == .taken)
    }

    @Test("A table of buckets stays small however many clients come, and remembers who was limited")
    func boundedTable() throws {
        let rate = try #require(rate)
        var table = RateTable(rate, capacity: 100)
        for _ in 0..<3 { _ = table.take(1, from: .subject("greedy"), now: start) }
        for index in 0..<10_000 {
            _ = table.take(1, from: .subject("\(index)"), now: start)
            #expect(table.count <= 100)
        }
        #expect(table.take(1, from: .subject("greedy"), now: start).outcome == .refused(wait: .seconds(20)))
        // All are full again, and make room.
        _ = table.take(1, from: .subject("late"), now: start + .seconds(3600))
        #expect(table.count <= 100)
    }

    @Test("A rate is a number and a period, and anything else is refused with what is allowed")
    func rates() throws {
        let setting = Setting.rate("RUN_RATE_PER_CLIENT", "A rate.")
        #expect(try setting.value(of: nil) == nil)
        #expect(try setting.value(of: "10/s")?.seconds == 1)
        #expect(try setting.value(of: "1000/H")?.description == "1000/h")
        for text in ["10", "0/s", "-1/s", "1.5/s", "10/d", "10/", "/s", "10/s/s", "1000001/s"] {
            let error = #expect(throws: InvalidSetting.self) { try setting.value(of: text) }
            #expect(error?.description.contains("such as 10/s, 60/m or 1000/h") == true)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Testing

@testable import Redis

@Suite("When a connection with subscriptions is read next")
struct ReadPacingTests {
    /// Simulates messages at a steady rate, each read as soon as the pacing allows.
    ///
    /// - Returns: The number of reads in the last second of three, and the longest time that a message waited.
    private func reads(messagesPerSecond: Int64) -> (count: Int, longestWait: TimeAmount) {
        var pacing = ReadPacing()
        var count = 0
        var longestWait = TimeAmount.zero
        let interval = TimeAmount.nanoseconds(1_000_000_000 / messagesPerSecond)
        let begin = NIODeadline.uptimeNanoseconds(5_000_000_000)
        var next = begin
        var readable = begin
        while next < begin + .seconds(3) {
            let now = max(next, readable)
            longestWait = max(longestWait, now - next)
            var messages = 0
            while next <= now {
                messages += 1
                next = next + interval
            }
            if now >= begin + .seconds(2) { count += 1 }
            readable = now + (pacing.pause(after: messages, now: now) ?? .zero)
        }
        return (count, longestWait)
    }

    @Test("Occasional messages are read at once", arguments: [1, 100, 1000, 1900])
    func slow(rate: Int64) {
        let (count, longestWait) = reads(messagesPerSecond: rate)
        #expect(longestWait == .zero)
        #expect(count >= Int(rate) - 1)
    }

    @Test(
        "At high rates messages are read together, a thousand times a second",
        arguments: [2500, 5000, 50_000, 1_000_000]
    )
    func fast(rate: Int64) {
        let (count, longestWait) = reads(messagesPerSecond: rate)
        #expect(longestWait <= ReadPacing.window)
        #expect((700...1001).contains(count))
    }

    @Test("The first message after a pause is read at once, whatever the rate before")
    func afterPause() {
        var pacing = ReadPacing()
        var now = NIODeadline.uptimeNanoseconds(5_000_000_000)
        _ = pacing.pause(after: 1, now: now)
        now = now + .milliseconds(1)
        #expect(pacing.pause(after: 10, now: now) == ReadPacing.window)
        now = now + .seconds(1)
        #expect(pacing.pause(after: 1, now: now) == nil)
    }
}

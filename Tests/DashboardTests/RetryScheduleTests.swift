//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Dashboard

@Suite("The waits between tries")
struct RetryScheduleTests {
    private let start = ContinuousClock.now
    private let policy = FollowPolicy(
        firstContact: .seconds(5),
        giveUpAfter: .seconds(300),
        initialDelay: .milliseconds(500),
        maximumDelay: .seconds(10)
    )

    private func delay(_ decision: RetrySchedule.Decision) -> Duration? {
        if case .retry(let delay, _) = decision { delay } else { nil }
    }

    @Test("They double up to the longest, and begin anew once something has come")
    func doubling() {
        var schedule = RetrySchedule(policy)
        _ = schedule.opened()
        var delays = (0..<7).map { _ in
            delay(schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1))
        }
        #expect(
            delays == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10)]
        )
        schedule.progressed()
        delays = [delay(schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1))]
        #expect(delays == [.seconds(0.5)])
    }

    @Test("Jitter takes up to half of them away")
    func jitter() {
        var schedule = RetrySchedule(policy)
        let decision = schedule.failed(at: start, answered: true, retryAfter: nil, jitter: 0)
        #expect(delay(decision) == .milliseconds(250))
    }

    @Test("The server's retry is the first of them, but never no wait at all", arguments: [(3000, 3000), (0, 20)])
    func serverRetry(asked: Int, waited: Int) {
        var schedule = RetrySchedule(policy)
        schedule.serverAsked(forDelay: asked)
        let decision = schedule.failed(at: start, answered: true, retryAfter: nil, jitter: 1)
        #expect(delay(decision) == .milliseconds(waited))
    }

    @Test("Retry-After is honoured, within reason", arguments: [(7, 7.7), (100_000, 66)])
    func retryAfter(asked: Int, waited: Double) {
        var schedule = RetrySchedule(policy)
        let decision = schedule.failed(at: start, answered: true, retryAfter: .seconds(asked), jitter: 1)
        #expect(delay(decision).map { abs($0 / .seconds(1) - waited) < 0.001 } == true)
    }

    @Test("A service that never answered is given up soon, one that did is not")
    func patience() {
        var never = RetrySchedule(policy)
        var once = RetrySchedule(policy)
        _ = once.opened()
        for second in stride(from: 0, to: 5, by: 1) {
            let now = start + .seconds(second)
            #expect(never.failed(at: now, answered: false, retryAfter: nil, jitter: 0) != .giveUp)
            #expect(once.failed(at: now, answered: false, retryAfter: nil, jitter: 0) != .giveUp)
        }
        #expect(never.failed(at: start + .seconds(5), answered: false, retryAfter: nil, jitter: 0) == .giveUp)
        #expect(once.failed(at: start + .seconds(299), answered: false, retryAfter: nil, jitter: 0) != .giveUp)
        #expect(once.failed(at: start + .seconds(300), answered: false, retryAfter: nil, jitter: 0) == .giveUp)
    }

    @Test("The last try falls on the end of the patience")
    func lastTry() {
        var schedule = RetrySchedule(policy)
        _ = schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1)
        let decision = schedule.failed(at: start + .seconds(4.9), answered: false, retryAfter: nil, jitter: 1)
        #expect(delay(decision).map { $0 <= .milliseconds(101) } == true)
    }

    @Test("An outage is worth a word once, until the next one")
    func announcements() {
        var schedule = RetrySchedule(policy)
        func isFirst(_ decision: RetrySchedule.Decision) -> Bool {
            if case .retry(_, let isFirst) = decision { isFirst } else { false }
        }
        #expect(schedule.opened() == false)
        #expect(isFirst(schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
        #expect(!isFirst(schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
        #expect(schedule.opened() == true)
        #expect(isFirst(schedule.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
    }
}

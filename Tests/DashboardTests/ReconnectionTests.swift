//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Dashboard

@Suite("The waits between tries")
struct ReconnectionTests {
    private let start = ContinuousClock.now
    private let policy = FollowPolicy(
        firstContact: .seconds(5),
        giveUpAfter: .seconds(300),
        initialDelay: .milliseconds(500),
        maximumDelay: .seconds(10)
    )

    private func delay(_ decision: Reconnection.Decision) -> Duration? {
        if case .retry(let delay, _) = decision { delay } else { nil }
    }

    @Test("They double up to the longest, and begin anew once something has come")
    func doubling() {
        var reconnection = Reconnection(policy)
        _ = reconnection.opened()
        var delays = (0..<7).map { _ in
            delay(reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1))
        }
        #expect(
            delays == [.seconds(0.5), .seconds(1), .seconds(2), .seconds(4), .seconds(8), .seconds(10), .seconds(10)]
        )
        reconnection.progressed()
        delays = [delay(reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1))]
        #expect(delays == [.seconds(0.5)])
    }

    @Test("Jitter takes up to half of them away")
    func jitter() {
        var reconnection = Reconnection(policy)
        let decision = reconnection.failed(at: start, answered: true, retryAfter: nil, jitter: 0)
        #expect(delay(decision) == .milliseconds(250))
    }

    @Test("The server's retry is the first of them, but never no wait at all", arguments: [(3000, 3000), (0, 20)])
    func serverRetry(asked: Int, waited: Int) {
        var reconnection = Reconnection(policy)
        reconnection.serverAsked(forDelay: asked)
        let decision = reconnection.failed(at: start, answered: true, retryAfter: nil, jitter: 1)
        #expect(delay(decision) == .milliseconds(waited))
    }

    @Test("Retry-After is honoured, within reason", arguments: [(7, 7.7), (100_000, 66)])
    func retryAfter(asked: Int, waited: Double) {
        var reconnection = Reconnection(policy)
        let decision = reconnection.failed(at: start, answered: true, retryAfter: .seconds(asked), jitter: 1)
        #expect(delay(decision).map { abs($0 / .seconds(1) - waited) < 0.001 } == true)
    }

    @Test("A service that never answered is given up soon, one that did is not")
    func patience() {
        var never = Reconnection(policy)
        var once = Reconnection(policy)
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
        var reconnection = Reconnection(policy)
        _ = reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1)
        let decision = reconnection.failed(at: start + .seconds(4.9), answered: false, retryAfter: nil, jitter: 1)
        #expect(delay(decision).map { $0 <= .milliseconds(101) } == true)
    }

    @Test("An outage is worth a word once, until the next one")
    func announcements() {
        var reconnection = Reconnection(policy)
        func isFirst(_ decision: Reconnection.Decision) -> Bool {
            if case .retry(_, let isFirst) = decision { isFirst } else { false }
        }
        #expect(reconnection.opened() == false)
        #expect(isFirst(reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
        #expect(!isFirst(reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
        #expect(reconnection.opened() == true)
        #expect(isFirst(reconnection.failed(at: start, answered: false, retryAfter: nil, jitter: 1)))
    }
}

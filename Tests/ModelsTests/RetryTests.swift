//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Testing

@testable import Models

@Suite("Retries")
struct RetryTests {
    @Test("Pauses double up to the longest, and vary by a quarter at most")
    func doubles() {
        let policy = RetryPolicy(attempts: 9, firstPause: .seconds(1), longestPause: .seconds(5))
        let pauses = (1...5).map { policy.pause(after: .serverFailed, attempt: $0, jitter: 1) }
        #expect(pauses == [1, 2, 4, 5, 5].map { Duration.seconds($0) })
        #expect(policy.pause(after: .serverFailed, attempt: 3, jitter: 0) == .seconds(3))
    }

    @Test("There are as many attempts as allowed, and one more for a server that hung")
    func ends() {
        let policy = RetryPolicy(attempts: 3)
        #expect(policy.pause(after: .rateLimited, attempt: 2) != nil)
        #expect(policy.pause(after: .rateLimited, attempt: 3) == nil)
        #expect(policy.pause(after: .timedOut, attempt: 1) != nil)
        #expect(policy.pause(after: .timedOut, attempt: 2) == nil)
        for code in [ModelError.Code.notAllowed, .notFound, .invalidRequest, .refused] {
            #expect(policy.pause(after: code, attempt: 1) == nil)
        }
    }

    @Test("The delay that the server asks for is respected, unless it is too long")
    func honoursWish() {
        let policy = RetryPolicy(attempts: 3, firstPause: .seconds(1), longestPause: .seconds(60))
        #expect(policy.pause(after: .rateLimited, attempt: 1, retryAfter: .seconds(20), jitter: 0) == .seconds(20))
        #expect(policy.pause(after: .serverFailed, attempt: 1, retryAfter: .zero, jitter: 0) == .zero)
        #expect(policy.pause(after: .rateLimited, attempt: 1, retryAfter: .seconds(61)) == nil)
    }

    @Test(
        "Retry-After is read as seconds and as a date",
        arguments: [
            ("2", 2.0), ("0", 0), ("1.5", 1.5), ("-3", 0), ("Sun, 06 Nov 1994 08:49:40 GMT", 3),
            ("Sun, 06 Nov 1994 08:49:30 GMT", 0), ("Thu, 29 Feb 1996 00:00:00 GMT", 1_000_000),
        ]
    )
    func readsRetryAfter(value: String, seconds: Double) throws {
        // Sun, 06 Nov 1994 08:49:37 GMT, the example in RFC 9110.
        let now = Date(timeIntervalSince1970: 784_111_777)
        let duration = try #require(RetryAfter.duration(value, now: now))
        #expect(duration == .milliseconds(Int64(seconds * 1000)))
    }

    @Test("Dates are those of the calendar, also in leap years")
    func readsDates() {
        #expect(RetryAfter.date("Sun, 06 Nov 1994 08:49:37 GMT")?.timeIntervalSince1970 == 784_111_777)
        #expect(RetryAfter.date("Thu, 01 Jan 1970 00:00:00 GMT")?.timeIntervalSince1970 == 0)
        #expect(RetryAfter.date("Tue, 29 Feb 2000 12:00:00 GMT")?.timeIntervalSince1970 == 951_825_600)
        #expect(RetryAfter.date("Fri, 01 Mar 2024 00:00:00 GMT")?.timeIntervalSince1970 == 1_709_251_200)
    }

    @Test(
        "Anything else is ignored",
        arguments: ["", "soon", "nan", "inf", "Sun, 06 Nov 1994", "Sun, 99 Nov 1994 08:49:37 GMT"]
    )
    func ignoresNonsense(value: String) {
        #expect(RetryAfter.duration(value, now: Date()) == nil)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Synchronization

/// Limits how often each client does something (protocol, section 4).
package final class RateLimiter: Sendable {
    /// What is limited.
    package enum Subject: String, Sendable {
        case runs
        case streams

        fileprivate var verb: String {
            switch self {
            case .runs: "start"
            case .streams: "open"
            }
        }
    }

    private let subject: Subject
    private let rate: Rate?
    private let table: Mutex<RateTable?>

    /// - Parameter rate: For one client; `nil` for no limit.
    package init(_ subject: Subject, _ rate: Rate?) {
        self.subject = subject
        self.rate = rate
        table = Mutex(rate.map { RateTable($0) })
    }

    /// Counts something that the client of a request does. The response tells the client what is left.
    ///
    /// - Parameter count: How many of it, 1 or more.
    /// - Throws: ``Problem`` 429 where the client has done too much of it.
    package func count(_ count: Int = 1, of context: ServiceContext) throws {
        guard let rate else { return }
        let now = ContinuousClock.now
        let taken = table.withLock { $0?.take(count, from: context.client, now: now) }
        guard let (outcome, bucket) = taken else { return }
        let left = bucket.left(of: rate, now: now)
        context.note(.rateLimitPolicy, "\"\(subject.rawValue)\";q=\(rate.count);w=\(rate.seconds)")
        context.note(
            .rateLimit,
            "\"\(subject.rawValue)\";r=\(left);t=\(Self.seconds(max(.zero, bucket.fullAt - now)))"
        )
        guard case .refused(let wait) = outcome else { return }
        let seconds = max(1, Self.seconds(wait))
        throw Problem(
            .tooManyRequests,
            "A client may \(subject.verb) \(rate.count) \(subject.rawValue) \(rate.period), and this one has. "
                + "The next is possible in \(seconds) s.",
            headers: [.retryAfter: "\(seconds)"]
        )
    }

    private static func seconds(_ duration: Duration) -> Int { Int((duration / .seconds(1)).rounded(.up)) }
}

extension HTTPField.Name {
    // Our own constants are valid tokens; the fallback is never used.
    static let rateLimit = HTTPField.Name("RateLimit") ?? .vary
    static let rateLimitPolicy = HTTPField.Name("RateLimit-Policy") ?? .vary
}

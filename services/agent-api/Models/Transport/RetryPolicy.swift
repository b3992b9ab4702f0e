//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// When to retry a failed request. It only decides; the caller waits.
package struct RetryPolicy: Sendable, Hashable {
    /// The maximum number of attempts, at least 1.
    package var attempts: Int
    /// The delay before the second attempt. It doubles with each attempt.
    package var firstPause: Duration
    /// The maximum delay. If a server asks for more, the request is not retried.
    package var longestPause: Duration

    package init(
        attempts: Int = 4,
        firstPause: Duration = .milliseconds(500),
        longestPause: Duration = .seconds(60)
    ) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// The delay before the next attempt; `nil` to give up.
    ///
    /// - Parameters:
    ///   - attempt: The failed attempt, from 1.
    ///   - retryAfter: The delay that the server asked for.
    ///   - jitter: 0 to 1; spreads out clients that were rejected together.
    func pause(
        after failure: ModelError.Code,
        attempt: Int,
        retryAfter: Duration? = nil,
        jitter: Double = .random(in: 0...1)
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        switch failure {
        case .unreachable, .rateLimited, .serverFailed, .invalidResponse: break
        // A server that timed out once may be busy; one that does so twice hangs.
        case .timedOut where attempt == 1: break
        default: return nil
        }
        if let retryAfter {
            // Slightly more than requested, never less.
            guard retryAfter <= longestPause else { return nil }
            return max(retryAfter, .zero) + firstPause * (jitter / 4)
        }
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < longestPause { pause *= 2 }
        return min(pause, longestPause) * (0.75 + jitter / 4)
    }
}

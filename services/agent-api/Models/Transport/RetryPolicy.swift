//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// When a request that failed is sent again. It decides, and waits for nothing itself.
package struct RetryPolicy: Sendable, Hashable {
    /// How many times a request is sent in all, at least once.
    package var attempts: Int
    /// How long to wait before the second attempt. It doubles from one to the next.
    package var firstPause: Duration
    /// The longest pause. A server that asks for a longer one is not asked again.
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

    /// How long to wait before the next attempt; `nil` when there is none.
    ///
    /// - Parameters:
    ///   - attempt: the attempt that failed, from 1.
    ///   - retryAfter: what the server asked for.
    ///   - jitter: from 0 to 1; spreads out those who were turned away together.
    func pause(
        after failure: ModelError.Code,
        attempt: Int,
        retryAfter: Duration? = nil,
        jitter: Double = .random(in: 0...1)
    ) -> Duration? {
        guard attempt < attempts else { return nil }
        switch failure {
        case .unreachable, .rateLimited, .serverFailed, .invalidResponse: break
        // A server that has let us wait once may be busy; one that does it twice hangs.
        case .timedOut where attempt == 1: break
        default: return nil
        }
        if let retryAfter {
            // Somewhat more than asked, never less.
            guard retryAfter <= longestPause else { return nil }
            return max(retryAfter, .zero) + firstPause * (jitter / 4)
        }
        var pause = firstPause
        for _ in 1..<max(attempt, 1) where pause < longestPause { pause *= 2 }
        return min(pause, longestPause) * (0.75 + jitter / 4)
    }
}

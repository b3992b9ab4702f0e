//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

extension Page {
    /// Tries until it succeeds: pages are built and rebuilt while we look. `attempt` returns `nil` and says why to be
    /// tried again.
    ///
    /// - Throws: the last reason, when the deadline passes.
    func retrying<Value: Sendable>(
        until deadline: Deadline,
        _ attempt: (_ refuse: (BrowserError) -> Void) async throws -> Value?
    ) async throws -> Value {
        var reason = BrowserError(.timedOut, "the page did not answer in time")
        var pause = Duration.milliseconds(20)
        while true {
            do {
                if let value = try await attempt({ reason = $0 }) { return value }
            } catch let error as BrowserError where error.meansDocumentIsGone {
                reason = BrowserError(.elementNotFound, "the page changed while it was being looked at")
            } catch let error as BrowserError where error.code == .timedOut {
                // The reason found so far tells more than that there was no time for another look.
                if !deadline.hasPassed { throw error }
            }
            if let failure = state.current.failure { throw failure }
            if deadline.hasPassed { throw reason }
            // Nothing tells when an element becomes visible or uncovered; looking again after a pause is what there is.
            try await Task.sleep(for: min(pause, max(deadline.remaining, .milliseconds(1))))
            pause = min(pause * 2, .milliseconds(200))
        }
    }
}

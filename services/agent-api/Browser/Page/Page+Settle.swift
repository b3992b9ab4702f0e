//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging

/// A moment in a page's life, taken before an action.
struct PageMark: Sendable {
    var requestCount: Int
    var commits: Int
}

/// How far what an action has set off is waited for.
package enum Settling: Sendable, Hashable {
    /// Until a frame has been painted: what the page shows may be looked at then.
    case painted
    /// Until the page has handled it, which takes no frame: enough for keys that follow at once, as when a person
    /// types and presses Enter.
    case handled

    var frames: Int { self == .painted ? 1 : 0 }
}

extension Page {
    /// How long the requests that an action sets off are waited for. A page that polls would otherwise never settle.
    static let settleLimit = Duration.seconds(3)

    func mark() -> PageMark {
        let state = state.current
        return PageMark(requestCount: state.requestCount, commits: state.commits)
    }

    /// Waits until what an action set off has ended: the navigation, if it was one, and the requests that began since.
    ///
    /// Handlers answer an action at once or in the next frame, so one is let pass, then what has begun is waited for,
    /// and again as long as that begins something new.
    ///
    /// - Parameters:
    ///   - frame: the frame in which the action was; the main one where none is named.
    ///   - settling: whether a frame is let pass.
    /// - Throws: `BrowserError.timedOut` only when a navigation does not end until the deadline; that the page is gone;
    ///   `CancellationError`.
    func settle(
        since mark: PageMark,
        in frame: String? = nil,
        _ settling: Settling = .painted,
        until deadline: Deadline
    ) async throws {
        do {
            try await settleOpenPage(since: mark, in: frame, settling, until: deadline)
        } catch let error as BrowserError where error.code == .pageClosed && state.current.failure?.code == .pageClosed
        {
            // The action has closed the page: that is all that there was to wait for.
            try Task.checkCancellation()
        }
    }

    private func settleOpenPage(
        since mark: PageMark,
        in frame: String?,
        _ settling: Settling,
        until deadline: Deadline
    ) async throws {
        let requestsDeadline = deadline.capped(at: Self.settleLimit)
        while true {
            try await pass(settling, in: frame, until: deadline)
            if isNavigating(state.current, since: mark) {
                try await wait(for: "the page to load", until: deadline) { $0.isLoaded ? () : nil }
                // What the new document goes on to request is not the action's any more.
                try await waitUntilUsable(until: deadline)
                return
            }
            guard isBusy(state.current, since: mark), !requestsDeadline.hasPassed else { return }
            do {
                try await wait(for: "the page's requests", until: requestsDeadline) { state in
                    self.isNavigating(state, since: mark) || !self.isBusy(state, since: mark) ? () : nil
                }
            } catch let error as BrowserError where error.code == .timedOut {
                // Not the address: there may be secrets in it, which the service's own log does not know.
                logger.debug("requests are still under way after an action")
            }
        }
    }

    private func isNavigating(_ state: PageState, since mark: PageMark) -> Bool {
        state.mainFrame.nextLoader != nil || (state.commits > mark.commits && !state.isLoaded)
    }

    private func isBusy(_ state: PageState, since mark: PageMark) -> Bool {
        state.mainFrame.wantsNavigation || state.hasRequests(after: mark.requestCount)
    }

    /// Lets the page's event handlers run, and a frame be painted, so that what they put off to it has happened.
    private func pass(_ settling: Settling, in frame: String?, until deadline: Deadline) async throws {
        // A document that does not get so far is caught by the checks after.
        do {
            let call = "look.frames(\(settling.frames))"
            _ = try await evaluate(call, in: frame, until: deadline.capped(at: .seconds(5)))
        } catch let error as BrowserError where error.isOfScript {
            if let failure = state.current.failure { throw failure }
        }
    }
}

extension BrowserError {
    /// Whether a script in a page did not end well, because of itself or because its frame is gone.
    fileprivate var isOfScript: Bool {
        [.timedOut, .scriptFailed, .elementNotFound, .pageClosed].contains(code)
    }
}

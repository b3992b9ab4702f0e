//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Hosts

extension Page {
    /// Refuses an address that the policy forbids, before anything is asked for. Of an address that the browser has yet to bring
    /// into form only the scheme is judged; the gate and ``leaveForbiddenPage(_:)`` judge the rest.
    func checkMayOpen(_ url: String) throws {
        guard let refusal = shared.policy.refusal(ofPage: url, isCanonical: false) else { return }
        if !refusal.isSchemeOnly { shared.note(refusal) }
        throw Self.blocked(url, refusal)
    }

    /// Chromium's reason of a load that failed. Where it only says that the gate said no, the gate knows why.
    ///
    /// - Throws: ``BrowserError`` when the policy forbids it.
    func connectionFailure(behind reason: String, opening url: String) throws -> String {
        guard let gate = shared.gate else { return reason }
        // A redirect may have led elsewhere.
        let requested = [state.current.requestedURL, url].compactMap { $0 }.first { WebOrigin(url: $0) != nil }
        guard let origin = requested.flatMap({ WebOrigin(url: $0) }), let failure = gate.failure(of: origin) else {
            return reason
        }
        if case .refused(let refusal) = failure { throw Self.blocked(url, refusal) }
        return reason.hasPrefix("net::ERR_SOCKS_") ? failure.netError : reason
    }

    private static func blocked(_ url: String, _ refusal: EgressRefusal) -> BrowserError {
        BrowserError(
            .navigationFailed,
            "cannot open \(url): \(refusal.target) is blocked (\(refusal.reason))",
            netError: refusal.isSchemeOnly ? "net::ERR_DISALLOWED_URL_SCHEME" : "net::ERR_BLOCKED_BY_ADMINISTRATOR"
        )
    }

    /// Leaves a document that the policy forbids and that needed no connection: one of another scheme, or one from a cache or
    /// a service worker of an earlier run of the session.
    func leaveForbiddenPage(_ event: DevToolsEvent) {
        guard event.params["frame"]?["id"]?.string == targetID else { return }
        let state = state.current
        guard let refusal = shared.policy.refusal(ofPage: state.mainFrame.url, isCanonical: true) else { return }
        shared.note(refusal)
        if opener != nil, state.commits <= 1 {
            connection.post("Target.closeTarget", ["targetId": .string(targetID)])
        } else {
            connection.post("Page.navigate", ["url": "about:blank"], session: session)
        }
    }
}

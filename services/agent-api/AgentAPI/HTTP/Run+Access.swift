//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs

extension Run {
    /// The names by which grants are for the run.
    var names: RunNames { RunNames(requestID: requestID, batchID: batchID, sessionID: sessionID) }
}

extension TokenVerifier {
    /// Signs a token that views something for an hour, for URLs.
    ///
    /// - Returns: `nil` where no key can sign.
    func viewerToken(_ grants: Grant...) async -> String? {
        let now = Timestamp.now()
        let end = Timestamp(milliseconds: now.milliseconds + Int64(AccessToken.longestViewerToken) * 1000)
        return await sign(AccessToken(expiresAt: end, issuedAt: now, grants: grants))
    }
}

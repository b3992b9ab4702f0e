//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Egress
import Synchronization

extension BrowserContext {
    /// Lets the pages connect where the policy allows, from now on.
    ///
    /// - Throws: ``BrowserError`` (`notSupported`) for restrictions that cannot be kept to.
    func open(_ policy: EgressPolicy) throws {
        guard shared.gate != nil || !policy.restrictsConnections else {
            throw BrowserError(
                .notSupported,
                "this browser connects by itself, so that it cannot be restricted to domains or public addresses"
            )
        }
        shared.egress.withLock { $0 = PageEgress(policy: policy) }
        shared.gate?.open(policy)
    }

    /// What the pages wanted to connect to or to show, and were refused: each target once for each reason, in order, 100
    /// at most.
    package var refusals: [EgressRefusal] { shared.gate?.refusals ?? shared.egress.withLock { $0.refusals } }
}

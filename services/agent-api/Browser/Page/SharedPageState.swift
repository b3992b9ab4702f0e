//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Egress
import Synchronization

/// What is true of all pages of a context, also of those that it opens itself.
final class SharedPageState: Sendable {
    let answers = Mutex(DialogAnswers())
    let uploads: UploadDirectories
    /// The targets of the context's pages, in the order in which they were opened.
    let openTabs = Mutex<@Sendable () -> [String]>({ [] })
    /// The way out of the context; `nil` where its pages connect by themselves.
    let gate: EgressGate?
    let egress = Mutex(PageEgress())
    /// Where the last action was.
    let target = Mutex<PageTarget?>(nil)

    init(uploads: UploadDirectories, gate: EgressGate?) {
        self.uploads = uploads
        self.gate = gate
    }
}

/// What the pages of a context may show, and what they wanted to in vain.
struct PageEgress: Sendable {
    var policy = EgressPolicy.unrestricted
    /// Kept here where there is no gate.
    var refusals: [EgressRefusal] = []
}

extension SharedPageState {
    var policy: EgressPolicy { egress.withLock { $0.policy } }

    /// Notes that something was refused.
    func note(_ refusal: EgressRefusal) {
        if let gate { return gate.note(refusal) }
        egress.withLock { egress in
            guard egress.refusals.count < 100, !egress.refusals.contains(refusal) else { return }
            egress.refusals.append(refusal)
        }
    }
}

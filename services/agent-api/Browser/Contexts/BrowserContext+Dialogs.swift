//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension BrowserContext {
    /// Says how the next dialogs of this context's pages are answered: one answer for each, in their order.
    package func answerNextDialogs(_ answers: DialogAnswer...) {
        shared.answers.withLock { $0.next += answers }
    }

    /// Says how all dialogs are answered for which no answer was given beforehand. At first that is OK.
    package func answerDialogs(_ answer: DialogAnswer) {
        shared.answers.withLock { $0.others = answer }
    }

    /// Forgets the answers that no dialog has asked for.
    package func forgetDialogAnswers() {
        shared.answers.withLock { $0.next = [] }
    }
}

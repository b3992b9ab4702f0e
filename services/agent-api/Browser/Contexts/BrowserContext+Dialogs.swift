//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Synchronization

extension BrowserContext {
    /// Says how the next dialogs of this context's pages are answered that ask something: one answer for each, in their order.
    package func answerNextDialogs(_ answers: DialogAnswer...) {
        shared.answers.withLock { $0.next += answers.map { DialogAnswers.Prepared(answer: $0) } }
    }

    /// Says how the next dialog of a kind is answered; without a kind, the next one that asks something.
    package func answerNextDialog(_ answer: DialogAnswer, kind: DialogKind?) {
        shared.answers.withLock { $0.next.append(DialogAnswers.Prepared(answer: answer, kind: kind)) }
    }

    /// Says how all dialogs are answered for which no answer was given beforehand; `nil` as at first: an alert with OK, a
    /// `confirm` and a `prompt` with Cancel, and a page that asks whether it may be left is left.
    package func answerDialogs(_ answer: DialogAnswer?) {
        shared.answers.withLock { $0.others = answer }
    }

    /// Forgets the answers that no dialog has asked for.
    package func forgetDialogAnswers() {
        shared.answers.withLock { $0.next = [] }
    }
}

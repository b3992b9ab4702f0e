//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import PageActions
import Steering

extension StepRun {
    /// Asks a person. An answer is remembered for "it" and "my answer"; without an approval the step fails.
    func ask(_ kind: WaitingFor.Kind, _ question: String, _ memory: inout RunMemory) async throws {
        switch try await steering.ask(kind, question) {
        case .text(let text):
            memory.page.value = text
            let isSecret = WaitingFor(kind, question, expiresAt: .now()).isSecret
            if isSecret { memory.hidden.append(text) }
            await tell(.answered(text, isSecret: isSecret))
        case .approved(true): await tell(.answered("approved"))
        case .approved(false):
            await tell(.answered("not approved"))
            throw ActionFailure(.other, "it was not approved")
        case nil:
            await tell(.unanswered(question: question))
            throw ActionFailure(.timedOut, "nobody has answered in time")
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// What is asked and answered below a log.
extension LogView {
    /// What is asked below the log, where somebody can answer.
    func dialogue(_ questions: AsyncStream<WaitingFor?>) -> TerminalDialogue? {
        guard let footer, let terminal = context.terminal, isOwn || asksInline
        else { return nil }
        return TerminalDialogue(
            subject: followed,
            footer: footer,
            terminal: terminal,
            desk: context.desk,
            api: AgentAPIClient(client: client, endpoints: endpoints, policy: policy.once),
            isOwn: isOwn,
            looksFirst: asksInline && !start.isAll,
            questions: questions
        )
    }

    /// Whether what a run asks is asked and answered here.
    var asksInline: Bool {
        guard case .run = followed else { return false }
        return footer != nil && context.terminal != nil
    }
}

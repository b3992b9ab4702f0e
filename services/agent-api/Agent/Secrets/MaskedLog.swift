//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import Secrets

/// A log that gets no secrets: names stand in their places in all lines.
package struct MaskedLog: AgentLog {
    private let log: any AgentLog
    private let mask: SecretMask

    /// Masks what goes to a log.
    package init(_ log: any AgentLog, mask: SecretMask) {
        self.log = log
        self.mask = mask
    }

    /// Masks a line and passes it on.
    package func record(_ line: AgentLogLine) async { await log.record(line.masked(by: mask)) }
}

extension AgentLogLine {
    /// The line without the values.
    package func masked(by mask: SecretMask) -> AgentLogLine {
        guard !mask.isEmpty else { return self }
        var line = self
        line.message = mask.masked(message)
        line.action = action.map { mask.masked($0) }
        line.url = url.map { mask.masked($0) }
        return line
    }
}

extension AgentOutcome {
    /// The outcome without the values.
    package func masked(by mask: SecretMask) -> AgentOutcome {
        guard !mask.isEmpty else { return self }
        var outcome = self
        outcome.result = result.map { mask.masked(result: $0) }
        outcome.error = error.map { mask.masked($0) }
        return outcome
    }
}

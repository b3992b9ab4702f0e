//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

extension LogRecord {
    /// The record without the secret values.
    package func masked(by mask: SecretMask) -> LogRecord {
        guard !mask.isEmpty else { return self }
        var record = self
        record.message = mask.masked(message)
        record.action = action.map { mask.masked($0) }
        record.url = url.map { mask.masked($0) }
        record.data = data.map { mask.masked($0) }
        return record
    }
}

extension RunOutcome {
    /// The outcome without the secret values.
    package func masked(by mask: SecretMask) -> RunOutcome {
        guard !mask.isEmpty else { return self }
        var outcome = self
        outcome.result = result.map { mask.masked(result: $0) }
        outcome.error = error.map { mask.masked($0) }
        return outcome
    }
}

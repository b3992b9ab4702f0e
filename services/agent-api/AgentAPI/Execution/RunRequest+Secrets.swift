//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Secrets

extension RunRequest {
    /// What the run may type by name; `nil` when there is nothing or what there is cannot be used.
    var secrets: RunSecrets? {
        sensitiveData.flatMap { try? RunSecrets($0, allowedDomains: allowedDomains ?? []) }
    }
}

extension LogRecord {
    /// The record without the values.
    func masked(by mask: SecretMask) -> LogRecord {
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
    /// The outcome without the values.
    func masked(by mask: SecretMask) -> RunOutcome {
        guard !mask.isEmpty else { return self }
        var outcome = self
        outcome.result = result.map { mask.masked(result: $0) }
        outcome.error = error.map { mask.masked($0) }
        return outcome
    }
}

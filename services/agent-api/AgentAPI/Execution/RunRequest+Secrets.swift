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

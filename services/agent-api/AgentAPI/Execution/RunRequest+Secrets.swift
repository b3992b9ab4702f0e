//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Secrets

extension RunRequest {
    /// The secrets that the run may type; `nil` if there are none or they are invalid.
    var secrets: RunSecrets? {
        sensitiveData.flatMap { try? RunSecrets($0, allowedDomains: allowedDomains ?? []) }
    }
}

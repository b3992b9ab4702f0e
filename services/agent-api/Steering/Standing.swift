//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// Where a run that goes on stands, by what people want of it.
package enum Standing: Sendable, Hashable {
    case running

    /// A person holds it.
    case paused(reason: String)

    /// It has asked a person something.
    case waiting(WaitingFor)
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What a person has said to a question of a run.
package enum HumanAnswer: Sendable, Hashable {
    case text(String)
    case approved(Bool)

    /// The most characters of a text.
    package static let longestText = 4000
}

extension WaitingFor {
    /// Tells this question from the run's others: no two have the same end.
    package var id: String { expiresAt.iso8601 }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// How a task ended.
package struct AgentOutcome: Sendable, Hashable {
    /// Whether all of the task was done.
    package var isSuccess: Bool
    /// What was found or reached.
    package var result: String?
    /// Why the task was not done.
    package var error: String?
    /// How many steps were begun.
    package var steps: Int
    /// What was done, for those who want to do it again; `nil` where the task says it.
    package var recording: Recording?

    package init(
        isSuccess: Bool,
        result: String? = nil,
        error: String? = nil,
        steps: Int,
        recording: Recording? = nil
    ) {
        self.isSuccess = isSuccess
        self.result = result
        self.error = error
        self.steps = steps
        self.recording = recording
    }
}

extension RunOutcome {
    /// The outcome of a run whose agent came to its end.
    package init(_ outcome: AgentOutcome) {
        self.init(
            status: outcome.isSuccess ? .completed : .failed,
            result: outcome.result,
            error: outcome.error,
            steps: outcome.steps
        )
    }
}

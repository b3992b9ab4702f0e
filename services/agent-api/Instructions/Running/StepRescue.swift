//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentEvents
package import Browser
import Secrets

/// Does what a step that has failed was for, on the pages of the run.
///
/// It throws `CancellationError` alone.
package typealias StepRescue = @Sendable (FailedStep, BrowserContext) async throws -> RescuedStep

/// A step that could not be carried out, among the others of its task. Secrets are hidden in its texts.
package struct FailedStep: Sendable, Hashable {
    /// All steps of the task, as they were said.
    package var steps: [String]
    /// Which one has failed, from 0.
    package var index: Int
    package var reason: String
    /// Its number in the run, from 1.
    package var number: Int
    /// How many more steps the run may have.
    package var stepsLeft: Int
}

/// What came of an attempt to do what a step was for.
package struct RescuedStep: Sendable, Hashable {
    package var isDone: Bool
    /// How many steps were taken beside the one that failed.
    package var steps: Int
    package var recording: Recording

    package init(isDone: Bool, steps: Int = 0, recording: Recording = Recording()) {
        self.isDone = isDone
        self.steps = steps
        self.recording = recording
    }
}

extension Step {
    /// What repeats it in another task.
    var repetition: Recording.Entry.Content {
        let own = secrets.filter { SecretReference.references(in: $0).isEmpty }
        guard own.isEmpty else { return .unwritable(action: call().name, reason: "it says a secret") }
        return .sentence(spoken)
    }
}

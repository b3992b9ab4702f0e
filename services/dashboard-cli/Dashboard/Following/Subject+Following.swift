//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Glibc

extension Subject {
    /// How to go on with it after this program has ended, for people.
    ///
    /// - Parameter options: Those that the services were found by, with a space before each.
    func hints(_ options: String) -> String {
        switch self {
        case .run(let requestID):
            """
              follow it:  dashboard-cli follow \(requestID)\(options)
              cancel it:  dashboard-cli cancel \(requestID)\(options)
            """
        case .batch(let batchID):
            """
              follow it:  dashboard-cli batch \(batchID)\(options)
              cancel it:  dashboard-cli cancel --batch \(batchID)\(options)
            """
        }
    }

    /// Follows what was just started. However that fails, it is told that it goes on, and how to get at it.
    func whileItGoesOn(
        _ endpoints: Endpoints,
        _ context: CommandContext,
        follow: () async throws -> ExitStatus
    ) async throws -> ExitStatus {
        let hints = "the \(self) goes on\n" + hints(endpoints.options)
        do {
            return try await follow()
        } catch let error as CancellationError {
            await context.notify(hints)
            throw error
        } catch is LeavesRun {
            await context.notify(hints)
            return .signal(SIGINT)
        } catch var failure as CommandFailure {
            failure.message += "\n" + hints
            throw failure
        } catch let failure as OutputFailed {
            throw OutputFailed(reason: failure.reason + "\n" + hints)
        }
    }

    /// The status that an event ends the command with; `nil` for one that is not the last. A run of a batch ends
    /// nothing.
    func status(endedBy event: StreamEvent?) -> ExitStatus? {
        switch (self, event) {
        case (.run, .end(let end)): ExitStatus(end.outcome.status)
        case (.batch, .batchEnd(let end)): ExitStatus(end.outcome)
        default: nil
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// What the command tells the shell (protocol, section 6).
package struct ExitStatus: Hashable, Sendable {
    /// The number, 0 to 255.
    package let code: Int32

    /// The run completed, or the command did what it was asked for.
    package static let completed = ExitStatus(code: 0)
    /// The run failed, or there is no such run.
    package static let failed = ExitStatus(code: 1)
    /// The command line or the request is not valid.
    package static let usage = ExitStatus(code: 2)
    /// A service cannot be reached, or does not do its work.
    package static let unreachable = ExitStatus(code: 3)
    /// The run was cancelled or ran out of time.
    package static let cancelled = ExitStatus(code: 4)
    /// The service does not allow it.
    package static let notAllowed = ExitStatus(code: 5)
    /// The output cannot be written: it is closed, or its disk is full (`EX_IOERR`).
    package static let outputFailed = ExitStatus(code: 74)
    /// Nobody reads the output any more; the status of a program that SIGPIPE ended.
    package static let outputClosed = ExitStatus(code: 141)

    /// The status after a signal, 130 for SIGINT and 143 for SIGTERM.
    package static func signal(_ number: Int32) -> ExitStatus {
        ExitStatus(code: 128 + number)
    }

    /// The status that a run's final status is told as; 3 for a run that is not over.
    package init(_ status: RunStatus) {
        self =
            switch status {
            case .completed: .completed
            case .failed: .failed
            case .cancelled, .timedOut: .cancelled
            case .queued, .running, .paused, .waiting: .unreachable
            }
    }

    /// The status that a batch's end is told as: what is worst of its runs.
    package init(_ outcome: BatchOutcome) {
        if outcome.failed > 0 {
            self = .failed
        } else {
            self = outcome.completed == outcome.runs ? .completed : .cancelled
        }
    }

    private init(code: Int32) {
        self.code = code
    }
}

/// Ends a command with a message and a status.
struct CommandFailure: Error {
    var status: ExitStatus
    /// What is wrong and what to do, for a human; may have several lines.
    var message: String
}

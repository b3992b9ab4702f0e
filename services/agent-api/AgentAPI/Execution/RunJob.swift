//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Secrets
import Steering

/// A run that this process has started and not finished.
struct RunJob: Sendable {
    /// Why a run is stopped early.
    enum Interruption: Sendable {
        /// It was cancelled.
        case cancelled

        /// The service is shutting down.
        case shutDown

        /// Another process ended the run because this one had not renewed its lease.
        case superseded
    }

    let run: Run
    let request: RunRequest

    /// The secrets that the run may type; empty as well if they were lost.
    let secrets: RunSecrets

    /// Where people hold it.
    let steering: Steering

    /// What the browser calls its session. A session that was ended has another one from then on.
    let browserSession: String

    /// Yields at most one interruption.
    let interruptions: AsyncStream<Interruption>
    private let continuation: AsyncStream<Interruption>.Continuation

    /// - Parameters:
    ///   - epoch: How often its session was ended; empty for never.
    ///   - patience: How long its questions wait for their answers.
    init(run: Run, request: RunRequest, epoch: String = "", patience: Duration) {
        // No session's name has this mark.
        browserSession = epoch.isEmpty ? run.sessionID.rawValue : "\(run.sessionID)#\(epoch)"
        steering = Steering(patience: patience)
        self.run = run
        self.request = request
        secrets = request.secrets ?? .none
        (interruptions, continuation) = AsyncStream.makeStream()
    }

    /// Stops the run soon. Only the first reason counts.
    func interrupt(_ reason: Interruption) {
        continuation.yield(reason)
        continuation.finish()
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Secrets

/// A run that this process has taken on and not finished.
struct RunJob: Sendable {
    /// Why a run is stopped before it is done.
    enum Interruption: Sendable {
        /// Somebody asked for it.
        case cancelled

        /// The service shuts down.
        case shutDown

        /// Another process has ended the run, because this one had not renewed its lease.
        case superseded
    }

    let run: Run
    let request: RunRequest

    /// What the run may type by name; none also when it had some and they are lost.
    let secrets: RunSecrets

    /// Yields at most one interruption.
    let interruptions: AsyncStream<Interruption>
    private let continuation: AsyncStream<Interruption>.Continuation

    init(run: Run, request: RunRequest) {
        self.run = run
        self.request = request
        secrets = request.secrets ?? .none
        (interruptions, continuation) = AsyncStream.makeStream()
    }

    /// Stops the run, soon. Only the first reason counts.
    func interrupt(_ reason: Interruption) {
        continuation.yield(reason)
        continuation.finish()
    }
}

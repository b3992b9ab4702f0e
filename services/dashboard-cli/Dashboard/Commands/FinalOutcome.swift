//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs

/// Asks agent-api how something ended whose end is not among the events that were received.
struct FinalOutcome: Sendable {
    let followed: Subject
    let api: AgentAPIClient
    /// Where to tell it; `nil` for the status alone.
    let output: (any TextOutput)?

    /// - Returns: the status that tells how it ended.
    func show(_ renderer: EventRenderer) async throws -> ExitStatus {
        do {
            switch followed {
            case .run(let requestID): return try await status(of: api.run(requestID).run, renderer)
            case .batch(let batchID): return try await status(of: api.batch(batchID).batch, renderer)
            }
        } catch let failure as CommandFailure {
            let message = "it has ended, but how is not known: "
            let status = failure.status == .notAllowed ? ExitStatus.notAllowed : .unreachable
            throw CommandFailure(status: status, message: message + failure.message)
        }
    }

    private func status(of run: Run, _ renderer: EventRenderer) async throws -> ExitStatus {
        guard run.status.isFinal else {
            throw CommandFailure(
                status: .unreachable,
                message: "agent-api says that the run is \(run.status.rawValue)"
            )
        }
        let outcome = RunOutcome(status: run.status, result: run.result, error: run.error, steps: run.steps)
        let duration = run.finishedAt.map { $0.milliseconds - (run.startedAt ?? run.createdAt).milliseconds }
        try await output?.write(renderer.outcome(outcome, milliseconds: duration))
        return ExitStatus(run.status)
    }

    private func status(of batch: Batch, _ renderer: EventRenderer) async throws -> ExitStatus {
        guard batch.hasEnded else {
            throw CommandFailure(status: .unreachable, message: "agent-api says that the batch has not ended")
        }
        func count(_ status: RunStatus) -> Int { batch.counts[status.rawValue] ?? 0 }
        let outcome = BatchOutcome(
            runs: batch.runs.count,
            completed: count(.completed),
            failed: count(.failed),
            cancelled: count(.cancelled),
            timedOut: count(.timedOut)
        )
        try await output?.write(renderer.batchOutcome(outcome))
        return ExitStatus(outcome)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis

/// Finds orphaned runs, whose process has died, and ends each with an `end` record. Every `agent-api` searches for
/// them; a script makes sure that only one of them ends each run.
struct OrphanedRuns: Sendable {
    let leases: RunLeases
    let queue: RunQueue
    let keeper: LeaseKeeper
    let store: RunStore
    let publisher: RecordPublisher
    let logger: Logger

    /// The error in the `end` record.
    static let reason = "worker lost"

    /// Searches for orphaned runs until the task is cancelled.
    func run() async {
        let interval = Duration.milliseconds(leases.milliseconds) / 5
        let grace = max(Duration.milliseconds(leases.milliseconds) / 3, .seconds(4))
        var gracePeriod = GracePeriod<Identifier, ContinuousClock.Instant>(grace: grace)
        while !Task.isCancelled {
            do {
                let overdue = try await leases.overdue(limit: 1000)
                for run in gracePeriod.observe(overdue: overdue, at: .now) where await !keeper.holds(run) {
                    try await recover(run)
                }
            } catch {
                gracePeriod.reset()
                logger.debug("could not look for orphaned runs", error: error)
            }
            try? await Task.sleep(for: interval)
        }
    }

    /// Keeps a run that is still waiting, and ends any other.
    private func recover(_ requestID: Identifier) async throws(RedisError) {
        do {
            if try await queue.keep(requestID) { return }
            try await tryToEnd(requestID, heldBy: nil)
        } catch  where error.code == .serverError && !error.isRetryable {
            try await giveUp(requestID, error)
        }
    }

    /// Ends a run, unless it has ended or its process is alive.
    ///
    /// - Parameter heldBy: A process whose lease is ignored.
    /// - Throws: `RedisError` if Redis is unavailable.
    func end(_ requestID: Identifier, heldBy: String?) async throws(RedisError) {
        do {
            try await tryToEnd(requestID, heldBy: heldBy)
        } catch  where error.code == .serverError && !error.isRetryable {
            try await giveUp(requestID, error)
        }
    }

    /// A run that cannot be ended, for example because a key has another type, must not block the others.
    private func giveUp(_ requestID: Identifier, _ error: RedisError) async throws(RedisError) {
        logger.error("an orphaned run cannot be ended", error: error, metadata: ["request_id": "\(requestID)"])
        try await leases.forget(requestID)
    }

    private func tryToEnd(_ requestID: Identifier, heldBy: String?) async throws(RedisError) {
        let closer = RunCloser(store: store, publisher: publisher, owner: leases.owner)
        let result = try await closer.end(requestID, heldBy: heldBy) { steps in
            RunOutcome(status: .failed, error: Self.reason, steps: steps)
        }
        if result == .isAlive { return }
        if result == .ended {
            logger.warning("ended an orphaned run", metadata: ["request_id": "\(requestID)"])
        }
        try await leases.forget(requestID)
    }
}

extension Run {
    /// Sets how the run ended.
    mutating func finish(_ outcome: RunOutcome, at time: Timestamp) {
        status = outcome.status
        waitingFor = nil
        result = outcome.result
        error = outcome.error
        steps = outcome.steps
        usage = outcome.usage
        finishedAt = time
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis

/// Ends a run that no process executes, because it is waiting or orphaned, with its only `end` record.
struct RunCloser: Sendable {
    let store: RunStore
    let publisher: RecordPublisher

    /// The process that ends the run.
    let owner: String

    /// The result of ending a run.
    enum Result: Sendable {
        case ended

        /// It had ended before, or is unknown to Redis.
        case isOver

        /// A process has a lease on it.
        case isAlive
    }

    /// Ends a run, unless it has ended or its process is alive. If several processes try at once, only one succeeds.
    ///
    /// - Parameters:
    ///   - heldBy: A process whose lease is ignored.
    ///   - outcome: The outcome, given the number of steps begun.
    /// - Throws: `RedisError`.
    func end(
        _ requestID: Identifier,
        heldBy: String? = nil,
        outcome: (_ steps: Int) -> RunOutcome
    ) async throws(RedisError) -> Result {
        // Another attempt is only needed after a record was written in between, and a dead process writes none.
        for _ in 0..<5 {
            let open = try await store.openRun(requestID)
            guard let seq = open.nextSeq else { return .isOver }
            let outcome = outcome(open.steps)
            var run = open.run
            run?.finish(outcome, at: .now())
            var record = LogRecord.end(of: requestID, in: run?.batchID, outcome: outcome, at: .now())
            record.seq = seq
            let delivery = try await publisher.endOrphan(
                record,
                state: run?.json,
                heldBy: heldBy,
                owner: owner
            )
            if delivery == .written { return .ended }
            if heldBy == nil, try await store.hasLease(requestID) { return .isAlive }
        }
        return .isAlive
    }
}

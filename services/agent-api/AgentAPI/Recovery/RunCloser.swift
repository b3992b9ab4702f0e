//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis

/// Ends a run that no process carries out, because it waits or is orphaned, by the one `end` record that it gets.
struct RunCloser: Sendable {
    let store: RunStore
    let publisher: RecordPublisher

    /// The process that does it.
    let owner: String

    /// What became of the run.
    enum Result: Sendable {
        case ended

        /// It had ended before, or Redis knows nothing of it.
        case isOver

        /// A process has a lease on it.
        case isAlive
    }

    /// Ends a run, unless it has ended or its process lives. Where several try at once, one of them ends it.
    ///
    /// - Parameters:
    ///   - heldBy: Who may have the lease all the same.
    ///   - outcome: How it ends, told how many steps were begun.
    /// - Throws: `RedisError`.
    func end(
        _ requestID: Identifier,
        heldBy: String? = nil,
        outcome: (_ steps: Int) -> RunOutcome
    ) async throws(RedisError) -> Result {
        // Only a record that is written in between makes another look necessary, and a dead process writes none.
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

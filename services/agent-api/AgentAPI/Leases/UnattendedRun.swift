//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

/// Ends a run that no process carries out, by the one `end` record that it gets.
struct UnattendedRun: Sendable {
    let store: RunStore
    let publisher: RecordPublisher

    /// The process that does it.
    let owner: String

    /// What became of it.
    enum Result: Sendable {
        case ended

        /// It had ended before, or Redis knows nothing of it.
        case isOver

        /// A process has it after all.
        case isAttended
    }

    /// Ends a run, unless it has ended or its process lives. Of many that try at once, one gets to.
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
        // Only a record that comes in between makes it necessary to look again, and a process that is gone writes none.
        for _ in 0..<5 {
            let remains = try await store.remains(of: requestID)
            guard let seq = remains.nextSeq else { return .isOver }
            let outcome = outcome(remains.steps)
            var run = remains.run
            run?.finish(outcome, at: .now())
            var record = LogRecord.end(of: requestID, in: run?.batchID, outcome: outcome, at: .now())
            record.seq = seq
            let delivery = try await publisher.endAbandoned(
                record,
                state: run?.json,
                heldBy: heldBy,
                owner: owner
            )
            if delivery == .written { return .ended }
            if heldBy == nil, try await store.isAttended(requestID) { return .isAttended }
        }
        return .isAttended
    }
}

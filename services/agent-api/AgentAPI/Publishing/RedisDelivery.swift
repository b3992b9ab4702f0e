//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

/// Delivers items to Redis on behalf of a process, one after the other, each until Redis has it.
struct RedisDelivery: Sendable {
    /// What became of an item.
    enum Outcome: Sendable {
        /// Redis has it.
        case taken

        /// Redis is there and will never take it.
        case refused

        /// The run was ended by another process.
        case fenced

        /// The task was cancelled before Redis had it.
        case cancelled
    }

    let publisher: RecordPublisher
    let store: RunStore

    /// The process that carries the run out, or did so.
    let owner: String
    let logger: Logger

    /// Delivers an item. While Redis is away it retries with a backoff of at most a second.
    ///
    /// - Parameter onFailure: Is called when Redis has not taken it at once.
    func deliver(_ item: OutboxItem, onFailure: () -> Void = {}) async -> Outcome {
        var backoff = Duration.milliseconds(20)
        while !Task.isCancelled {
            do {
                return try await attempt(item) == .fenced ? .fenced : .taken
            } catch  where error.code == .serverError && !error.isRetryable {
                // A key of another type, for example.
                logger.error("Redis refused a record", error: error)
                return .refused
            } catch {
                logger.debug("Redis did not take a record; trying again", error: error)
            }
            onFailure()
            try? await Task.sleep(for: backoff)
            backoff = min(backoff * 2, .seconds(1))
        }
        return .cancelled
    }

    private func attempt(_ item: OutboxItem) async throws(RedisError) -> WriteResult {
        switch item {
        case .record(let record, let state):
            try await publisher.publish(record, state: state?.json, owner: owner)
        case .state(let run): try await store.update(run.json, of: run.requestID, owner: owner)
        }
    }
}

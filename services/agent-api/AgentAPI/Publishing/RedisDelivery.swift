//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import JSON
import Logging
import Redis
import Traces

/// Delivers items to Redis for a process, in order, with retries.
struct RedisDelivery: Sendable {
    /// The result of delivering an item.
    enum Outcome: Sendable {
        /// Redis has it.
        case taken

        /// Redis will never accept it.
        case refused

        /// Another process has ended the run.
        case fenced

        /// The task was cancelled before Redis had it.
        case cancelled
    }

    let publisher: RecordPublisher
    let store: RunStore

    /// The process that executes or executed the run.
    let owner: String
    let logger: Logger

    /// Delivers an item. While Redis is unavailable, it retries with a backoff of at most a second.
    ///
    /// - Parameter onFailure: Called when the first attempt fails.
    func deliver(_ item: OutboxItem, onFailure: () -> Void = {}) async -> Outcome {
        await Trace.span("publish", .producer) { await deliverUntilTaken(item, onFailure) }
    }

    private func deliverUntilTaken(_ item: OutboxItem, _ onFailure: () -> Void) async -> Outcome {
        var backoff = Duration.milliseconds(20)
        while !Task.isCancelled {
            do {
                return try await attempt(item) == .fenced ? .fenced : .taken
            } catch  where error.code == .serverError && !error.isRetryable {
                // For example because the key has another type.
                logger.error("Redis rejected a record", error: error)
                return .refused
            } catch {
                logger.debug("Redis did not accept a record, retrying", error: error)
            }
            onFailure()
            try? await Task.sleep(for: backoff)
            backoff = min(backoff * 2, .seconds(1))
        }
        return .cancelled
    }

    private func attempt(_ item: OutboxItem) async throws(RedisError) -> WriteResult {
        switch item {
        case .record(let record, let state, let recording):
            try await publisher.publish(
                record,
                state: state?.json,
                recording: recording?.json.bytes,
                owner: owner
            )
        case .state(let run): try await store.update(run.json, of: run.requestID, owner: owner)
        }
    }
}

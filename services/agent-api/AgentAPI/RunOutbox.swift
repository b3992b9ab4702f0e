//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

/// What a run writes to Redis, in order. Whoever writes does not wait; what Redis cannot take now is kept until it can.
struct RunOutbox: Sendable {
    private enum Item: Sendable {
        case record(LogRecord)
        case run(Run)
    }

    private let items: AsyncStream<Item>
    private let continuation: AsyncStream<Item>.Continuation
    private let publisher: RecordPublisher
    private let store: RunStore
    private let logger: Logger

    init(publisher: RecordPublisher, store: RunStore, logger: Logger) {
        self.publisher = publisher
        self.store = store
        self.logger = logger
        (self.items, self.continuation) = AsyncStream.makeStream()
    }

    /// Adds a record.
    func write(_ record: LogRecord) { self.continuation.yield(.record(record)) }

    /// Adds how far the run is.
    func write(_ run: Run) { self.continuation.yield(.run(run)) }

    /// Says that nothing follows.
    func finish() { self.continuation.finish() }

    /// Writes everything, until nothing follows or the task is cancelled. While Redis is away it tries again, more and
    /// more seldom, every second at the least.
    func drain() async {
        var lost = 0
        for await item in self.items where await !self.deliver(item) { lost += 1 }
        if lost > 0 { self.logger.error("records could not be written to Redis", metadata: ["lost": "\(lost)"]) }
    }

    private func deliver(_ item: Item) async -> Bool {
        var pause = Duration.milliseconds(20)
        while !Task.isCancelled {
            do {
                switch item {
                case .record(let record): try await self.publisher.publish(record)
                case .run(let run): try await self.store.update(run)
                }
                return true
            } catch let error as RedisError where error.code == .serverError && !error.isRetryable {
                // Redis is there and will never take it, a key of another type for example.
                self.logger.error("Redis refused a record", error: error)
                return false
            } catch {
                self.logger.debug("Redis did not take a record; trying again", error: error)
            }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .seconds(1))
        }
        return false
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Redis

/// Takes entries from the queue, one at a time: first what Redis may have given out in an answer that was lost, then what
/// other processes have taken and not begun, then what is new.
struct QueueIntake {
    private let queue: RunQueue

    /// Whether Redis may have given out an entry in an answer that was lost.
    private var isAnswerLost = false

    /// When entries were last looked for that others have taken and not begun.
    private var lastSearch: ContinuousClock.Instant?

    init(queue: RunQueue) {
        self.queue = queue
    }

    /// Takes note that a command failed, whose answer may have had an entry.
    mutating func answerWasLost() { isAnswerLost = true }

    /// The next entry; `nil` when none came for a while.
    ///
    /// - Throws: `RedisError`.
    mutating func next() async throws(RedisError) -> RunQueue.Entry? {
        if isAnswerLost {
            if let entry = try await queue.nextUnanswered() { return entry }
            isAnswerLost = false
        }
        if lastSearch.map({ $0.duration(to: .now) >= .seconds(1) }) ?? true {
            if let entry = try await queue.nextIdle() { return entry }
            lastSearch = .now
        }
        let entries = try await queue.next()
        // There is place for one.
        for other in entries.dropFirst() { try await queue.putBack(other) }
        return entries.first
    }
}

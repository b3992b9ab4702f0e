//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Redis

/// Takes entries from the queue, one at a time: first those of a lost reply, then those that other processes have taken
/// but not started, then new ones.
struct QueueIntake {
    private let queue: RunQueue

    /// Whether the lost reply of a command may have contained an entry.
    private var isAnswerLost = false

    /// When entries that others have taken but not started were last searched for.
    private var lastSearch: ContinuousClock.Instant?

    init(queue: RunQueue) {
        self.queue = queue
    }

    /// Records that a command failed whose reply may have contained an entry.
    mutating func answerWasLost() { isAnswerLost = true }

    /// The next entry; `nil` if none arrived for a while.
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
        // There is a slot for one run only.
        for other in entries.dropFirst() { try await queue.putBack(other) }
        return entries.first
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// The Redis keys under one prefix (protocol, section 2).
package struct Keyspace: Hashable, Sendable {
    /// The setting `REDIS_STREAM`, `browser_use_logs` by default.
    package let prefix: String

    package init(prefix: String) {
        self.prefix = prefix
    }

    /// The keys of a run.
    package func run(_ requestID: Identifier) -> RunKeys { RunKeys(stream: "\(prefix):\(requestID)") }

    /// The keys of a batch.
    package func batch(_ batchID: Identifier) -> BatchKeys { BatchKeys(tag: "{\(prefix):\(batchID)}") }

    /// The stream with a run's or a batch's records, and the channel of the same name.
    package func stream(of subject: Subject) -> String {
        switch subject {
        case .run(let requestID): run(requestID).stream
        case .batch(let batchID): batch(batchID).stream
        }
    }

    // MARK: Keys shared by all runs

    /// The runs that are ready to start, a stream with a consumer group. A run is added when it is first in its session
    /// and removed when a process starts it.
    package var queue: String { shared("queue") }

    /// The ready runs whose session's cookies are in one process, a stream like ``queue``.
    ///
    /// - Parameter owner: The process.
    package func queue(of owner: String) -> String { "\(queue):\(owner)" }

    /// The unfinished runs of a session in the order in which they were requested, a list. The first is running or in
    /// the queue; the others wait for it.
    package func session(_ sessionID: Identifier) -> String { shared("session:\(sessionID)") }

    /// When a session was made known, and how often it was ended, a hash.
    package func sessionState(_ sessionID: Identifier) -> String { shared("session-state:\(sessionID)") }

    /// The sessions that were made known, by time, a sorted set.
    package var sessions: String { shared("sessions") }

    /// Which process has the cookies of a session, a string.
    package func home(_ sessionID: Identifier) -> String { shared("home:\(sessionID)") }

    /// The unfinished runs, each with the time of its next check, a sorted set.
    package var unfinished: String { shared("unfinished") }

    /// The processes that execute runs, each with its number of slots and the time until which it counts as alive, a
    /// sorted set.
    package var workers: String { shared("workers") }

    /// All runs by the time at which they were requested, a sorted set.
    package var runs: String { shared("runs") }

    /// The changes of all runs, a stream.
    package var changes: String { shared("changes") }

    /// The size of each run's screenshots in bytes, a hash. The sum is under an empty name.
    package var screenshotSizes: String { shared("screenshot_sizes") }

    /// The time of each run's last screenshot, a sorted set.
    package var screenshotTimes: String { shared("screenshot_times") }

    /// The deliveries of webhooks that are to be tried, `<run> <delivery>`, and when (ms), a sorted set.
    package var webhooks: String { shared("webhooks") }

    /// The channel that tells processes to look what is wanted of a run, which is the message.
    package var commands: String { shared("commands") }

    /// When Redis was last seen alive, a string.
    package var alive: String { shared("alive") }

    /// The times whose entries Redis may have lost, a list.
    package var losses: String { shared("losses") }

    /// The process that archives, a string. The key expires unless that process renews it.
    package var archiver: String { shared("archiver") }

    /// The braces are a Redis hash tag. They also exclude the key from `browser_use_logs:*`.
    private func shared(_ name: String) -> String { "{\(prefix)}:\(name)" }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs

/// The names in Redis under one prefix (protocol, section 2).
package struct Keyspace: Hashable, Sendable {
    /// The setting `REDIS_STREAM`, `browser_use_logs` by default.
    package let prefix: String

    package init(prefix: String) {
        self.prefix = prefix
    }

    /// The names of one run.
    package func run(_ requestID: Identifier) -> RunKeys { RunKeys(stream: "\(prefix):\(requestID)") }

    /// The names of one batch.
    package func batch(_ batchID: Identifier) -> BatchKeys { BatchKeys(tag: "{\(prefix):\(batchID)}") }

    /// The stream of a run's or a batch's records, and the channel of the same name.
    package func stream(of subject: Subject) -> String {
        switch subject {
        case .run(let requestID): run(requestID).stream
        case .batch(let batchID): batch(batchID).stream
        }
    }

    // MARK: What all runs have in common

    /// The runs that can begin: a stream with a consumer group. A run is in it from the moment in which it is its turn in
    /// its session until a process begins it.
    package var queue: String { shared("queue") }

    /// The runs that can begin and belong to a session whose cookies one process has: a stream like ``queue``.
    ///
    /// - Parameter owner: The process.
    package func queue(of owner: String) -> String { "\(queue):\(owner)" }

    /// The runs of a session that have not ended, in the order in which they were asked for: a list. The first of them
    /// goes on or is in the queue, the others wait for it.
    package func session(_ sessionID: Identifier) -> String { shared("session:\(sessionID)") }

    /// The runs that have not ended, each with the time at which it is due to be checked: a sorted set.
    package var unfinished: String { shared("unfinished") }

    /// The processes that carry out runs, each with how many at a time, and until when they count: a sorted set.
    package var workers: String { shared("workers") }

    /// All runs by the time at which they were asked for: a sorted set.
    package var runs: String { shared("runs") }

    /// The changes of all runs: a stream.
    package var changes: String { shared("changes") }

    /// How large the screenshots of each run are: a hash of run and bytes, with the sum under an empty name.
    package var screenshotSizes: String { shared("screenshot_sizes") }

    /// When each run has taken its last screenshot: a sorted set.
    package var screenshotTimes: String { shared("screenshot_times") }

    /// When Redis was last seen alive: a string.
    package var alive: String { shared("alive") }

    /// The times whose entries Redis may have lost: a list.
    package var losses: String { shared("losses") }

    /// The braces are a Redis hash tag, and keep the name out of `browser_use_logs:*`.
    private func shared(_ name: String) -> String { "{\(prefix)}:\(name)" }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names in Redis of what all runs have in common (protocol, section 2).
package struct QueueKeys: Hashable, Sendable {
    /// The runs that can begin: a stream with a consumer group. A run is in it from the moment in which it is its turn in
    /// its session until a process begins it.
    package let queue: String

    /// The runs that have not ended, each with the time at which somebody must look after it: a sorted set.
    package let unfinished: String

    /// The processes that carry out runs, each with how many at a time, and until when they count: a sorted set.
    package let workers: String

    /// All runs by the time at which they were asked for: a sorted set.
    package let runs: String

    private let tag: String

    /// - Parameter prefix: The setting `REDIS_STREAM`, `browser_use_logs` by default.
    package init(prefix: String) {
        tag = "{\(prefix)}"
        self.queue = "\(tag):queue"
        unfinished = StreamKeys.unfinished(prefix: prefix)
        self.workers = "\(tag):workers"
        self.runs = "\(tag):runs"
    }

    /// The runs that can begin and belong to a session whose cookies one process has: a stream like ``queue``.
    ///
    /// - Parameter owner: The process.
    package func queue(of owner: String) -> String { "\(self.queue):\(owner)" }

    /// The runs of a session that have not ended, in the order in which they were asked for: a list. The first of them
    /// goes on or is in the queue, the others wait for it.
    package func session(_ sessionID: Identifier) -> String { "\(tag):session:\(sessionID)" }
}

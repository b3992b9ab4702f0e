//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The names in Redis of what all runs have in common (protocol, section 2).
public struct QueueKeys: Hashable, Sendable {
    /// The runs that can begin: a stream with a consumer group. A run is in it from the moment in which it is its turn in
    /// its session until a process begins it.
    public let queue: String

    /// The runs that have not ended, each with the time at which somebody must look after it: a sorted set.
    public let unfinished: String

    /// The processes that carry out runs, each with how many at a time, and until when they count: a sorted set.
    public let workers: String

    /// All runs by the time at which they were asked for: a sorted set.
    public let runs: String

    private let tag: String

    /// - Parameter prefix: The setting `REDIS_STREAM`, `browser_use_logs` by default.
    public init(prefix: String) {
        self.tag = "{\(prefix)}"
        self.queue = "\(self.tag):queue"
        self.unfinished = StreamKeys.unfinished(prefix: prefix)
        self.workers = "\(self.tag):workers"
        self.runs = "\(self.tag):runs"
    }

    /// The runs that can begin and belong to a session whose cookies one process has: a stream like ``queue``.
    ///
    /// - Parameter owner: The process.
    public func queue(of owner: String) -> String { "\(self.queue):\(owner)" }

    /// The runs of a session that have not ended, in the order in which they were asked for: a list. The first of them
    /// goes on or is in the queue, the others wait for it.
    public func session(_ sessionID: Identifier) -> String { "\(self.tag):session:\(sessionID)" }
}

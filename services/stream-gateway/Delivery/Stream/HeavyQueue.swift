//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// Reads heavy streams, one after the other: no more than one large reply is in memory, and what one job finds out about a
/// stream's large entries spares the next one.
struct HeavyQueue: Sendable {
    private let jobs: AsyncStream<@Sendable () async -> Void>
    private let queue: AsyncStream<@Sendable () async -> Void>.Continuation

    init() {
        (jobs, queue) = AsyncStream.makeStream()
    }

    /// Has something read.
    func add(_ job: @escaping @Sendable () async -> Void) { queue.yield(job) }

    /// Reads until the task is cancelled.
    func run() async {
        for await job in jobs { await job() }
    }
}

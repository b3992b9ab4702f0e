//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Logging
import Redis
import Spool

/// Delivers the spools of processes that have died, in order, and ends their runs.
struct SpoolRecovery: Sendable {
    let directory: SpoolDirectory
    let target: String
    let keeper: LeaseKeeper
    let leases: RunLeases
    let orphanedRuns: OrphanedRuns
    let publisher: RecordPublisher
    let store: RunStore
    let logger: Logger

    /// Searches for abandoned spools at once and then every few seconds, until the task is cancelled.
    func run() async {
        while !Task.isCancelled {
            for spool in await directory.adopt(target: target, logger: logger) {
                do {
                    try await recover(spool)
                } catch let error as SpoolError {
                    let aside = spool.moveAside()
                    logger.error(
                        "an abandoned spool is corrupt; it was moved aside",
                        metadata: ["file": "\(aside)", "reason": "\(error)"]
                    )
                } catch {
                    logger.debug("an abandoned spool is not delivered yet", error: error)
                }
            }
            try? await Task.sleep(for: .milliseconds(leases.milliseconds) / 5)
        }
    }

    /// Delivers a spool.
    ///
    /// - Throws: `SpoolError` if it cannot be read, `RedisError` if Redis is unavailable, `CancellationError`. The
    ///   spool then keeps everything that Redis has not accepted.
    private func recover(_ spool: AbandonedSpool) async throws {
        var runs: Set<Identifier> = []
        do {
            try await deliver(spool, runs: &runs)
            // Its process wrote nothing further, so runs without an `end` are ended here.
            for run in runs { try await orphanedRuns.end(run, heldBy: leases.owner) }
            spool.finish()
        } catch {
            for run in runs { await keeper.release(run, hasEnded: false) }
            throw error
        }
        for run in runs { await keeper.release(run, hasEnded: true) }
        logger.notice("delivered the records of an abandoned spool", metadata: ["runs": "\(runs.count)"])
    }

    private func deliver(_ spool: AbandonedSpool, runs: inout Set<Identifier>) async throws {
        let delivery = RedisDelivery(
            publisher: publisher,
            store: store,
            owner: spool.owner,
            logger: logger
        )
        var fenced: Set<Identifier> = []
        var last: SpoolPlace?
        while true {
            let page = try await spool.entries(after: last, limit: 256)
            guard let newLast = page.last?.place else { return }
            last = newLast
            for (_, entry) in page {
                guard let item = OutboxItem(entry), let run = try? Identifier(entry.run) else {
                    logger.error(
                        "the spool holds an entry that is not a record",
                        metadata: ["request_id": "\(entry.run)"]
                    )
                    continue
                }
                if !runs.contains(run) {
                    // The lease keeps other processes from ending the run before everything is delivered.
                    _ = try await leases.renew(run)
                    try await leases.announce([run])
                    await keeper.hold(run, batch: item.batchID) {}
                    runs.insert(run)
                }
                guard !fenced.contains(run) else { continue }
                switch await delivery.deliver(item) {
                case .taken, .refused: break
                case .fenced:
                    fenced.insert(run)
                    logger.warning(
                        "another process ended a run before its last records could be delivered",
                        metadata: ["request_id": "\(run)"]
                    )
                case .cancelled: throw CancellationError()
                }
            }
            await spool.remove(page.map(\.place))
        }
    }
}

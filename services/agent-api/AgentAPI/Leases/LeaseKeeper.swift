//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

/// Renews this process's leases on its runs.
actor LeaseKeeper {
    private let leases: RunLeases
    private let logger: Logger
    private var held: [Identifier: Held] = [:]

    private struct Held {
        var batch: Identifier?
        var onLoss: @Sendable () -> Void
    }

    init(leases: RunLeases, logger: Logger) {
        self.leases = leases
        self.logger = logger
    }

    /// Renews the lease of a run from now on. This process must hold the lease already.
    ///
    /// - Parameters:
    ///   - batch: The run's batch.
    ///   - onLoss: Called if another process has ended the run because its lease had expired.
    func hold(_ run: Identifier, batch: Identifier?, onLoss: @escaping @Sendable () -> Void) {
        held[run] = Held(batch: batch, onLoss: onLoss)
    }

    /// Whether this process has the run, or had it until just now.
    func holds(_ run: Identifier) -> Bool { held[run] != nil }

    /// Stops renewing the lease of a run.
    ///
    /// - Parameter hasEnded: Whether its `end` is written. Otherwise the lease expires, and the process that finds it
    ///   ends the run.
    func release(_ run: Identifier, hasEnded: Bool) async {
        held[run] = nil
        guard hasEnded else { return }
        do {
            try await leases.forget(run)
        } catch {
            // The next process that checks the run sees that it has ended.
            logger.debug("an ended run stays in the index", error: error)
        }
    }

    /// Renews the leases until the task is cancelled.
    func run() async {
        let interval = Duration.milliseconds(self.leases.milliseconds) / 5
        while !Task.isCancelled {
            let hasRenewed = await renew()
            // While Redis is unavailable it retries more often, so that the leases are back before the runs count as
            // orphaned.
            try? await Task.sleep(for: hasRenewed ? interval : min(interval, .milliseconds(500)))
        }
    }

    private func renew() async -> Bool {
        do {
            let runs = Array(self.held.keys)
            for run in runs {
                guard let held = self.held[run] else { continue }
                guard let ender = try await self.leases.renew(run, batch: held.batch) else { continue }
                // Ended by this process, which is about to release it.
                guard ender != self.leases.owner, self.held.removeValue(forKey: run) != nil else { continue }
                logger.warning(
                    "another process ended a run because its lease had expired",
                    metadata: ["request_id": "\(run)"]
                )
                held.onLoss()
            }
            let kept = runs.filter { self.held[$0] != nil }
            if !kept.isEmpty { try await self.leases.announce(kept) }
            return true
        } catch {
            logger.debug("leases could not be renewed, retrying", error: error)
            return false
        }
    }
}

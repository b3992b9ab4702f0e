//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Logging
import Redis

/// Keeps the leases of this process on its runs.
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

    /// Renews a run's lease from now on. The lease has begun.
    ///
    /// - Parameters:
    ///   - batch: The batch that the run belongs to.
    ///   - onLoss: Is called when the run has been ended by another process, which found its lease expired.
    func hold(_ run: Identifier, batch: Identifier?, onLoss: @escaping @Sendable () -> Void) {
        held[run] = Held(batch: batch, onLoss: onLoss)
    }

    /// Whether this process has the run, or had it until just now.
    func holds(_ run: Identifier) -> Bool { held[run] != nil }

    /// Lets go of a run.
    ///
    /// - Parameter hasEnded: Whether its `end` is written. Otherwise the lease runs out, and whoever finds it ends it.
    func release(_ run: Identifier, hasEnded: Bool) async {
        held[run] = nil
        guard hasEnded else { return }
        do {
            try await leases.forget(run)
        } catch {
            // The next one who looks sees that it has ended.
            logger.debug("an ended run stays in the index", error: error)
        }
    }

    /// Renews until the task is cancelled.
    func run() async {
        let interval = Duration.milliseconds(self.leases.milliseconds) / 5
        while !Task.isCancelled {
            let hasRenewed = await renew()
            // While Redis is away often, so that the leases are there again before anybody misses them.
            try? await Task.sleep(for: hasRenewed ? interval : min(interval, .milliseconds(500)))
        }
    }

    private func renew() async -> Bool {
        do {
            let runs = Array(self.held.keys)
            for run in runs {
                guard let held = self.held[run] else { continue }
                guard let ender = try await self.leases.renew(run, batch: held.batch) else { continue }
                // Ended by this process: it is about to let go of it.
                guard ender != self.leases.owner, self.held.removeValue(forKey: run) != nil else { continue }
                logger.warning(
                    "a run was ended elsewhere, because its lease had expired",
                    metadata: ["request_id": "\(run)"]
                )
                held.onLoss()
            }
            let kept = runs.filter { self.held[$0] != nil }
            if !kept.isEmpty { try await self.leases.announce(kept) }
            return true
        } catch {
            logger.debug("leases could not be renewed; trying again", error: error)
            return false
        }
    }
}

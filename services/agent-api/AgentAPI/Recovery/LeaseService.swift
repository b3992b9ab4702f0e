//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Logging
import ServiceLifecycle
import Spool

/// Renews the leases of this process, and recovers orphaned runs and abandoned spools of other processes.
struct LeaseService: Service {
    let queue: RunQueue
    let keeper: LeaseKeeper
    let orphanedRuns: OrphanedRuns
    let recovery: SpoolRecovery
    let spool: Spool
    let logger: Logger

    /// Runs until the shutdown of the service, which reaches it after the runs of this process have ended.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await keeper.run() }
                group.addTask { await orphanedRuns.run() }
                group.addTask { await recovery.run() }
            }
        }
        await queue.leaveGroup()
        let left = await self.spool.tidyUp()
        if left > 0 {
            logger.warning("the spool is not empty; the next start delivers it", metadata: ["entries": "\(left)"])
        }
    }
}

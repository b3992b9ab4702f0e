//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import ServiceLifecycle
import Spool

/// Looks after the runs, those of this process and those that others have left behind, so that each of them ends.
struct RunCustody: Service {
    let queue: RunQueue
    let keeper: LeaseKeeper
    let lostRuns: LostRuns
    let recovery: SpoolRecovery
    let spool: Spool
    let logger: Logger

    /// Does so until the service shuts down, which it is told after the runs of this process have ended.
    func run() async {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await self.keeper.run() }
                group.addTask { await self.lostRuns.run() }
                group.addTask { await self.recovery.run() }
            }
        }
        await self.queue.leaveGroup()
        let left = await self.spool.tidyUp()
        if left > 0 {
            self.logger.warning("the spool is not empty; the next start delivers it", metadata: ["entries": "\(left)"])
        }
    }
}

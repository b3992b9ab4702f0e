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
                group.addTask { await keeper.run() }
                group.addTask { await lostRuns.run() }
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

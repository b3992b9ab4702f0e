//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore

extension Moment {
    static func now() -> Self {
        Moment(
            uptime: Int64(NIODeadline.now().uptimeNanoseconds / 1_000_000),
            wall: UInt64(max(0, Timestamp.now().milliseconds))
        )
    }
}

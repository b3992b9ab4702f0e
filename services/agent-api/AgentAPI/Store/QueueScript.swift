//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis

enum QueueScript {
    /// The name of the consumer group.
    static let group = "agents"
}

extension RedisScript {
    /// A script preceded by the code shared by all scripts of the queue.
    init(queue files: String...) {
        self.init(
            (["local GROUP = '\(QueueScript.group)'", Embedded.queueLua, Embedded.changesLua] + files).joined(
                separator: "\n"
            )
        )
    }
}

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
    /// A script that begins with what all scripts of the queue share.
    init(queue files: String...) {
        self.init(
            (["local GROUP = '\(QueueScript.group)'", Embedded.queueLua, Embedded.changesLua] + files).joined(
                separator: "\n"
            )
        )
    }
}

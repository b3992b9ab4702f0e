//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// Whether Redis serves. After a start it reads its file first, which takes seconds when that is long.
struct RedisReadiness {
    /// Whether it has answered since it was last down.
    private(set) var isServing = false

    private var askAt: Int64 = 0

    /// Asks it, if that is not known.
    mutating func update(_ redis: Server, at now: Int64) {
        guard redis.isUp else {
            isServing = false
            return
        }
        if isServing || now < askAt { return }
        isServing = (try? Exchange.redis(["PING"], port: redis.port, patience: 0.2)) != nil
        askAt = Clock.now + Int64(seconds: 0.1)
    }
}

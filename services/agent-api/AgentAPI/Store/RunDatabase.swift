//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Redis

/// Where the runs are stored in Redis, and for how long.
struct RunDatabase: Sendable {
    let redis: RedisClient

    /// The keys.
    let keys: Keyspace

    /// How long the keys of a run are kept after the last write, in seconds.
    let timeToLive: Int

    /// - Parameters:
    ///   - prefix: The setting `REDIS_STREAM`.
    ///   - timeToLive: In seconds, `REDIS_STREAM_TTL_SECONDS`.
    init(redis: RedisClient, prefix: String, timeToLive: Int) {
        self.redis = redis
        keys = Keyspace(prefix: prefix)
        self.timeToLive = timeToLive
    }
}

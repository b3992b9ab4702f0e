//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Delivery
import Redis
import ServiceKit

/// The gateway's own metrics.
enum GatewayMetrics {
    static let descriptions: [String: MetricRegistry.Description] = [
        "stepcast_viewers": .init("Viewers that are connected."),
        "stepcast_topics": .init("Runs and batches that are watched."),
        "stepcast_redis_up": .init("Whether Redis can be reached: 1 or 0."),
    ]

    static func samples(hub: TopicHub, redis: RedisClient) -> [MetricSample] {
        let counts = hub.counts
        return [
            .gauge("stepcast_viewers", Double(counts.viewers)),
            .gauge("stepcast_topics", Double(counts.topics)),
            .gauge("stepcast_redis_up", redis.isConnected ? 1 : 0),
        ]
    }
}

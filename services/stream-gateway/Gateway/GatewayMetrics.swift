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
        "stepcast_viewers_total": .init(
            "Viewers that have been admitted, by the terms in which they are told records."
        ),
        "stepcast_records_delivered_total": .init("Records that viewers were given, each viewer's counted."),
        "stepcast_resumes_total": .init(
            "Viewers that came with the id of their last event, and whether they got all that was behind it."
        ),
        "stepcast_gaps_total": .init("Gaps that were told, each place once."),
        "stepcast_delivery_lag_seconds": .init(
            "Time from a record's being stored to its being written to the viewers' sockets."
        ),
        "stepcast_pubsub_lag_seconds": .init("Time that the last message took through Redis and back."),
        "stepcast_redis_up": .init("Whether Redis can be reached: 1 or 0."),
    ]

    static func samples(hub: TopicHub, redis: RedisClient) -> [MetricSample] {
        let counts = hub.counts
        let lag = DeliveryCounts.lag.values
        let admitted = StreamFormat.allCases.map { format in
            let count = counts.admitted[format.rawValue] ?? 0
            return MetricSample.counter("stepcast_viewers_total", labels: [("format", format.rawValue)], Double(count))
        }
        return [
            .gauge("stepcast_viewers", Double(counts.viewers)),
            .gauge("stepcast_topics", Double(counts.topics)),
            .counter("stepcast_records_delivered_total", Double(DeliveryCounts.records.value)),
            .counter("stepcast_resumes_total", labels: [("recovered", "true")], Double(DeliveryCounts.recovered.value)),
            .counter(
                "stepcast_resumes_total",
                labels: [("recovered", "false")],
                Double(DeliveryCounts.unrecovered.value)
            ),
            .counter("stepcast_gaps_total", Double(DeliveryCounts.gaps.value)),
            .gauge("stepcast_pubsub_lag_seconds", DeliveryCounts.pubsubLag),
            .gauge("stepcast_redis_up", redis.isConnected ? 1 : 0),
        ]
            + admitted
            + MetricSample.histogram(
                "stepcast_delivery_lag_seconds",
                bounds: DeliveryCounts.LagHistogram.bounds,
                counts: lag.counts,
                sum: lag.sum
            )
    }
}

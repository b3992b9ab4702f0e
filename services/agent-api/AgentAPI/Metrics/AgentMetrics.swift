//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import Redis
import ServiceKit

/// agent-api's own metrics.
enum AgentMetrics {
    static let descriptions: [String: MetricRegistry.Description] = [
        "stepcast_redis_up": .init("Whether Redis can be reached: 1 or 0."),
        "stepcast_browsers": .init("Browsers of this process."),
        "stepcast_queue_depth": .init("Runs that could begin and wait for a process, of all processes."),
        "stepcast_runs_unfinished": .init("Runs that are running or waiting, of all processes."),
    ]

    static func samples(_ database: RunDatabase, browsers: Int) async -> [MetricSample] {
        let keys = database.keys
        var samples: [MetricSample] = [
            .gauge("stepcast_redis_up", database.redis.isConnected ? 1 : 0),
            .gauge("stepcast_browsers", Double(browsers)),
        ]
        let commands = [RedisCommand("XLEN", keys.queue), RedisCommand("ZCARD", keys.unfinished)]
        guard let answers = try? await database.redis.pipeline(commands) else { return samples }
        for (name, answer) in zip(["stepcast_queue_depth", "stepcast_runs_unfinished"], answers) {
            if let count = try? answer.get().as(Int.self) { samples.append(.gauge(name, Double(count))) }
        }
        return samples
    }
}

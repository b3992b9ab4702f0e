//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import NIOCore
import Redis
import ServiceKit

/// Pictures of the pages that runs were on, one a step.
///
/// They are in Redis, so that every process can serve them, and expire with their run. What all of them take up is bounded:
/// the pictures of the runs that took their last one longest ago give way.
struct ScreenshotStore: Sendable {
    /// The most pictures of a run.
    static let largestStep = 200

    let isOn: Bool
    private let redis: RedisClient
    private let prefix: String
    private let timeToLive: Int
    private let maximumBytes: Int

    init(store: RunStore, configuration: AgentAPIConfiguration) {
        self.init(
            redis: store.redis,
            prefix: configuration.service.streamPrefix,
            timeToLive: configuration.streamTimeToLive,
            maximumBytes: configuration.screenshots.maximumMebibytes << 20,
            isOn: configuration.screenshots.isOn
        )
    }

    /// - Parameters:
    ///   - timeToLive: In seconds, from a run's last picture on.
    ///   - maximumBytes: Of all pictures together.
    init(redis: RedisClient, prefix: String, timeToLive: Int, maximumBytes: Int, isOn: Bool = true) {
        self.redis = redis
        self.prefix = prefix
        self.timeToLive = timeToLive
        self.maximumBytes = maximumBytes
        self.isOn = isOn
    }

    /// Where a picture is served.
    static func path(of requestID: Identifier, step: Int) -> String {
        "/api/agents/\(requestID)/screenshots/\(step)"
    }

    /// Keeps a picture in place of the one of that step that there may be.
    ///
    /// - Returns: Whether it was kept: not so when it alone is larger than all may be, or the run has too many.
    /// - Throws: `RedisError`.
    func put(_ jpeg: [UInt8], of requestID: Identifier, step: Int) async throws -> Bool {
        guard jpeg.count <= maximumBytes, (1...Self.largestStep).contains(step) else { return false }
        // Counted before it is there, so that a process that dies in between leaves too much counted, not too little.
        let gone = try await count(jpeg.count, for: requestID)
        for run in gone {
            guard let name = try? Identifier(run) else { continue }
            _ = try await redis.send(RedisCommand("DEL", keys(of: name).screenshots))
        }
        let key = keys(of: requestID).screenshots
        _ = try await redis.send(RedisCommand("HSET", key, "\(step)", jpeg))
        _ = try await redis.send(RedisCommand("EXPIRE", key, "\(timeToLive)"))
        return true
    }

    /// The picture of a step, a JPEG; `nil` when there is none, or no more.
    ///
    /// - Throws: `RedisError`.
    func get(_ requestID: Identifier, step: Int) async throws -> [UInt8]? {
        let reply = try await redis.send(RedisCommand("HGET", keys(of: requestID).screenshots, "\(step)"))
        return reply.buffer.map { Array($0.readableBytesView) }
    }

    private func keys(of requestID: Identifier) -> StreamKeys { StreamKeys(prefix: prefix, requestID: requestID) }

    /// Adds to what a run's pictures take up, and says whose have to go for it.
    private func count(_ bytes: Int, for requestID: Identifier) async throws -> [String] {
        let index = StreamKeys.screenshotIndex(prefix: prefix)
        let reply = try await redis.evaluate(
            Self.counting,
            keys: [index.sizes, index.times],
            arguments: [requestID.rawValue, "\(bytes)", "\(maximumBytes)", "\(timeToLive)"]
        )
        return (reply.array ?? []).compactMap(\.string)
    }

    /// The sum stands under the empty name, which no run has.
    private static let counting = RedisScript(
        QueueScript.functions + """
            local now = tonumber(redis.call('TIME')[1])
            local function size(run) return whole(redis.call('HGET', KEYS[1], run)) or 0 end
            local total = size('')
            local gone = {}
            local function drop(run)
                total = total - size(run)
                redis.call('HDEL', KEYS[1], run)
                redis.call('ZREM', KEYS[2], run)
                gone[#gone + 1] = run
            end
            for _, run in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now - tonumber(ARGV[4]))) do
                drop(run)
            end
            while total + tonumber(ARGV[2]) > tonumber(ARGV[3]) do
                local oldest = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
                if not oldest then
                    total = 0
                    break
                end
                drop(oldest)
            end
            redis.call('HSET', KEYS[1], ARGV[1], string.format('%d', size(ARGV[1]) + tonumber(ARGV[2])))
            redis.call('ZADD', KEYS[2], now, ARGV[1])
            redis.call('HSET', KEYS[1], '', string.format('%d', math.max(0, total) + tonumber(ARGV[2])))
            redis.call('EXPIRE', KEYS[1], ARGV[4])
            redis.call('EXPIRE', KEYS[2], ARGV[4])
            return gone
            """
    )
}

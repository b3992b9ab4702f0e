//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Keys
import NIOCore
import ProgramSettings
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
    private let database: RunDatabase
    private let maximumBytes: Int
    private var redis: RedisClient { database.redis }

    init(store: RunStore, configuration: AgentAPIConfiguration) {
        self.init(
            store.database,
            maximumBytes: configuration.screenshots.maximumMebibytes << 20,
            isOn: configuration.screenshots.isOn
        )
    }

    /// - Parameter maximumBytes: Of all pictures together.
    init(_ database: RunDatabase, maximumBytes: Int, isOn: Bool = true) {
        self.database = database
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
        _ = try await redis.send(RedisCommand("EXPIRE", key, "\(database.timeToLive)"))
        return true
    }

    /// The picture of a step, a JPEG; `nil` when there is none, or no more.
    ///
    /// - Throws: `RedisError`.
    func get(_ requestID: Identifier, step: Int) async throws -> [UInt8]? {
        let reply = try await redis.send(RedisCommand("HGET", keys(of: requestID).screenshots, "\(step)"))
        return try reply.as(ByteBuffer?.self).map { Array($0.readableBytesView) }
    }

    private func keys(of requestID: Identifier) -> RunKeys { database.keys.run(requestID) }

    /// Adds to what a run's pictures take up, and says whose have to go for it.
    private func count(_ bytes: Int, for requestID: Identifier) async throws -> [String] {
        let reply = try await redis.evaluate(
            Self.counting,
            keys: [database.keys.screenshotSizes, database.keys.screenshotTimes],
            arguments: [requestID.rawValue, "\(bytes)", "\(maximumBytes)", "\(database.timeToLive)"]
        )
        return try reply.as([String].self)
    }

    private static let counting = RedisScript(queue: Embedded.countScreenshotLua)
}

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

/// Screenshots of the runs' pages, one per step.
///
/// They are stored in Redis, so that every process can serve them, and expire with their run. Their total size is
/// limited: the screenshots of the runs whose last one is oldest are removed first.
struct ScreenshotStore: Sendable {
    /// The maximum number of screenshots per run.
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

    /// - Parameter maximumBytes: The maximum size of all screenshots together.
    init(_ database: RunDatabase, maximumBytes: Int, isOn: Bool = true) {
        self.database = database
        self.maximumBytes = maximumBytes
        self.isOn = isOn
    }

    /// The path of a screenshot.
    static func path(of requestID: Identifier, step: Int) -> String {
        "/api/agents/\(requestID)/screenshots/\(step)"
    }

    /// Stores a screenshot, in place of any earlier one of the step.
    ///
    /// - Returns: Whether it was stored. It is not if it exceeds the total limit by itself, or the run has too many.
    /// - Throws: `RedisError`.
    func put(_ jpeg: [UInt8], of requestID: Identifier, step: Int) async throws -> Bool {
        guard jpeg.count <= maximumBytes, (1...Self.largestStep).contains(step) else { return false }
        // Counted before it is stored, so that a process that dies in between leaves the count too high, not too low.
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

    /// The screenshot of a step as JPEG; `nil` if there is none or it has expired.
    ///
    /// - Throws: `RedisError`.
    func get(_ requestID: Identifier, step: Int) async throws -> [UInt8]? {
        let reply = try await redis.send(RedisCommand("HGET", keys(of: requestID).screenshots, "\(step)"))
        return try reply.as(ByteBuffer?.self).map { Array($0.readableBytesView) }
    }

    private func keys(of requestID: Identifier) -> RunKeys { database.keys.run(requestID) }

    /// Adds to the size of a run's screenshots, and returns the runs whose screenshots must be removed.
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

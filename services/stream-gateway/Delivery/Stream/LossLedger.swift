//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Redis

/// Keeps in Redis when Redis may have lost its latest entries.
///
/// A stream that ends before an id that a viewer has seen was either deleted and begun anew, or Redis was restarted with
/// older data. To tell these apart, each gateway notes every second that this Redis is alive. A note of another one is as
/// old as the data: entries of the time from then on may be lost, and only those.
struct LossLedger: Sendable {
    /// How often it is noted that Redis is alive.
    private static let interval = Duration.seconds(1)

    private let redis: RedisClient
    private let keys: [String]

    /// - Parameter prefix: `REDIS_STREAM`.
    init(redis: RedisClient, prefix: String) {
        self.redis = redis
        let keyspace = Keyspace(prefix: prefix)
        keys = [keyspace.alive, keyspace.losses]
    }

    /// Notes that Redis is alive until the task is cancelled. What cannot be noted is left out: Redis may be away, or take
    /// no writes.
    func run() async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                for await state in redis.connectionStates {
                    if case .connected = state { _ = try? await note(isNew: true) }
                }
            }
            while (try? await Task.sleep(for: Self.interval)) != nil { _ = try? await note(isNew: false) }
            group.cancelAll()
        }
    }

    /// The times whose entries may be lost, in milliseconds since 1970.
    ///
    /// - Throws: `RedisError`.
    func losses() async throws(RedisError) -> [ClosedRange<UInt64>] {
        let reply = try await redis.send(RedisCommand("LRANGE", keys[1], 0, -1))
        return try reply.as([String].self).compactMap { value in
            let times = value.split(separator: "-").compactMap { UInt64($0) }
            return times.count == 2 && times[0] <= times[1] ? times[0]...times[1] : nil
        }
    }

    private func note(isNew: Bool) async throws(RedisError) {
        _ = try await redis.evaluate(Self.noting, keys: keys, arguments: [isNew ? "new" : ""])
    }

    private static let noting = RedisScript(Embedded.noteAliveLua)
}

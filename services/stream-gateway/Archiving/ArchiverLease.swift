//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Keys
import Redis

/// The lease in Redis that says which process archives. It only decides who tries: the database refuses whoever is not
/// the latest to have taken over.
struct ArchiverLease: Sendable {
    /// How long it lasts without renewal, and how often it is renewed.
    static let duration = Duration.seconds(4)
    static let interval = Duration.seconds(1)

    private let redis: RedisClient
    private let key: String
    private let owner: String

    init(redis: RedisClient, prefix: String) {
        self.redis = redis
        key = Keyspace(prefix: prefix).archiver
        owner = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }.joined()
    }

    /// Takes the lease if it is free, or renews it.
    ///
    /// - Returns: Whether this process has it.
    /// - Throws: `RedisError`.
    func hold() async throws(RedisError) -> Bool {
        let milliseconds = Int(Self.duration / .milliseconds(1))
        return try await redis.evaluate(Self.holding, keys: [key], arguments: [owner, milliseconds]).as(Int.self) == 1
    }

    /// Gives it back, so that another process need not wait.
    func release() async { _ = try? await redis.evaluate(Self.releasing, keys: [key], arguments: [owner]) }

    private static let holding = RedisScript(Embedded.holdLeaseLua)
    private static let releasing = RedisScript(Embedded.releaseLeaseLua)
}

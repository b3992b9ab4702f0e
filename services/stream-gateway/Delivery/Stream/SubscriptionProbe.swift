//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Logging
import NIOCore
public import Redis
public import ServiceLifecycle

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tells whether Redis delivers: publishes to a channel of its own and waits for the message to come back.
///
/// A subscription can be dead while its connection and `PING` look fine; only a message that came back proves that
/// messages come.
public actor SubscriptionProbe: Service {
    /// How long a message may take.
    public static let timeout = Duration.seconds(1)

    private let redis: RedisClient
    private let subscriber: RedisSubscriber
    private let channel = "stepcast:probe:\(UUID().uuidString.lowercased())"
    private var waiting: [String: AsyncStream<Void>.Continuation] = [:]
    private var probes = 0

    /// A probe of the connections that the service works with.
    public init(redis: RedisClient, subscriber: RedisSubscriber) {
        self.redis = redis
        self.subscriber = subscriber
    }

    /// Listens until the service shuts down.
    public func run() async {
        let subscription = self.subscriber.subscribe(to: self.channel)
        for await event in subscription.cancelOnGracefulShutdown() {
            switch event {
            case .message(let payload):
                self.waiting[String(buffer: payload)]?.finish()
            case .active:
                // What was published before this moment went to nobody.
                for token in self.waiting.keys {
                    _ = try? await self.redis.send(RedisCommand("PUBLISH", self.channel, token))
                }
            case .interrupted:
                break
            }
        }
        subscription.cancel()
    }

    /// Publishes a message and waits for it.
    ///
    /// - Returns: What is wrong, in words; `nil` when it came back in time.
    public func check() async -> String? {
        self.probes += 1
        let token = "\(self.probes)"
        let (returned, continuation) = AsyncStream<Void>.makeStream()
        self.waiting[token] = continuation
        defer { self.waiting[token] = nil }
        do {
            _ = try await self.redis.send(RedisCommand("PUBLISH", self.channel, token))
        } catch {
            return "Redis cannot be reached: \(error)"
        }
        let came = await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in returned {}
                return !Task.isCancelled
            }
            group.addTask {
                try? await Task.sleep(for: Self.timeout)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
        return came ? nil : "Redis answers, but a message published to it did not come back within \(Self.timeout)."
    }
}

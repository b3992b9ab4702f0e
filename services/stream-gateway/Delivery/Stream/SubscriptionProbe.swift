//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
import NIOCore
package import Redis
import ServiceLifecycle
import Synchronization

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Tells whether Redis delivers: publishes to a channel of its own and waits for the message to come back.
///
/// A subscription can be dead while its connection and `PING` look fine; only a message that came back proves that
/// messages come. Where it does not come twice in a row, the connection is made anew.
package actor SubscriptionProbe: Service {
    /// How long a message may take.
    package static let timeout = Duration.seconds(1)

    /// How often the subscription is probed. Until one that is dead is found out, the sweep finds the records.
    private let interval: Duration

    private let redis: RedisClient
    private let subscriber: RedisSubscriber?
    private let logger: Logger
    private let channel = "stepcast:probe:\(UUID().uuidString.lowercased())"
    private var waiting: [String: AsyncStream<Void>.Continuation] = [:]
    private var probes = 0

    /// A probe of the connections that the service works with.
    ///
    /// - Parameters:
    ///   - subscriber: `nil` when nothing is published (`LOG_PUBSUB=0`): then only Redis itself is asked.
    ///   - interval: How often the subscription is probed.
    package init(
        redis: RedisClient,
        subscriber: RedisSubscriber?,
        interval: Duration = .seconds(5),
        logger: Logger
    ) {
        self.redis = redis
        self.subscriber = subscriber
        self.interval = interval
        self.logger = logger
    }

    /// Listens, and probes from time to time, until the service shuts down.
    package func run() async {
        guard let subscriber else {
            try? await gracefulShutdown()
            return
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.probe(subscriber) }
            await listen(to: subscriber.subscribe(to: channel))
            group.cancelAll()
        }
    }

    private func listen(to subscription: RedisSubscription) async {
        for await event in subscription.cancelOnGracefulShutdown() {
            switch event {
            case .message(let payload):
                waiting[String(buffer: payload)]?.finish()
            case .active:
                // What was published before this moment went to nobody.
                for token in waiting.keys {
                    _ = try? await redis.send(RedisCommand("PUBLISH", channel, token))
                }
            case .omitted, .matched, .interrupted:
                break
            }
        }
        subscription.cancel()
    }

    private func probe(_ subscriber: RedisSubscriber) async {
        var failures = 0
        while (try? await Task.sleep(for: interval)) != nil {
            // A connection that is down is being made anew already.
            guard subscriber.isConnected, await check() == Self.lost else {
                failures = 0
                continue
            }
            failures += 1
            guard failures == 2 else { continue }
            failures = 0
            logger.warning("the subscription is dead; subscribing again", metadata: ["reason": "\(Self.lost)"])
            subscriber.reconnect(because: Self.lost)
        }
    }

    private static let lost = "Redis answers, but a message published to it did not come back within \(timeout)."

    /// Publishes a message and waits for it.
    ///
    /// - Returns: What is wrong, in words; `nil` when it came back in time.
    package func check() async -> String? {
        probes += 1
        let token = "\(probes)"
        let (returned, continuation) = AsyncStream<Void>.makeStream()
        waiting[token] = continuation
        defer { waiting[token] = nil }
        let start = ContinuousClock.now
        do {
            guard subscriber != nil else {
                _ = try await redis.send(RedisCommand("PING"))
                return nil
            }
            _ = try await redis.send(RedisCommand("PUBLISH", channel, token))
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
        if came { DeliveryCounts.roundTrip.store(Int((.now - start) / .nanoseconds(1)), ordering: .relaxed) }
        return came ? nil : Self.lost
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import TestSupport
import Testing

@Suite struct RedisSubscriberTests {
    private func configuration(_ server: RedisServer) throws -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(120)
        configuration.commandTimeout = .seconds(120)
        return configuration
    }

    @Test("A subscription becomes active, then gets every message in order")
    func messages() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                var reader = Reader(subscriber.subscribe(to: "news"))
                try await reader.expectActive()
                try await withClient(server.url) { redis in
                    for number in 0..<500 {
                        let receivers = try await redis.send(RedisCommand("PUBLISH", "news", "\(number)")).integer
                        #expect(receivers == 1)
                    }
                }
                for number in 0..<500 {
                    #expect(try await reader.message() == "\(number)")
                }
            }
        }
    }

    @Test("A message of 1 MiB that is not UTF-8 arrives as it was published")
    func bigMessage() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                let payload = ByteBuffer(bytes: (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 7) })
                var events = subscriber.subscribe(to: "news").makeAsyncIterator()
                guard case .active = await events.next() else { throw TestFailure("not active") }
                try await withClient(server.url) { redis in
                    _ = try await redis.send(RedisCommand("PUBLISH", "news", payload))
                }
                guard case .message(let message) = await events.next() else { throw TestFailure("no message") }
                #expect(message == payload)
            }
        }
    }

    @Test("Subscriptions to one channel share one in Redis, which ends with the last of them")
    func sharing() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                let first = subscriber.subscribe(to: "news")
                let second = subscriber.subscribe(to: "news")
                var firstReader = Reader(first)
                var secondReader = Reader(second)
                try await firstReader.expectActive()
                try await secondReader.expectActive()
                #expect(try await server.cli("PUBSUB", "NUMSUB", "news") == "news\n1")
                first.cancel()
                try await server.cli("PUBLISH", "news", "for the second")
                #expect(try await secondReader.message() == "for the second")
                second.cancel()
                try await eventually("the channel to be left") { try await server.cli("PUBSUB", "CHANNELS") == "" }
            }
        }
    }

    @Test("A subscription ends when its task is cancelled or it is deallocated")
    func lettingGo() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                let task = Task {
                    for await _ in subscriber.subscribe(to: "cancelled") {}
                }
                do {
                    let held = subscriber.subscribe(to: "held")
                    var iterator: RedisSubscription.AsyncIterator? = held.makeAsyncIterator()
                    guard case .active = await iterator?.next() else { throw TestFailure("not active") }
                    _ = subscriber.subscribe(to: "never read")
                    try await eventually("the subscriptions to be active") {
                        try await Set(server.cli("PUBSUB", "CHANNELS").split(separator: "\n")) == ["cancelled", "held"]
                    }
                    iterator = nil
                    try await eventually("the channel of the dropped iterator to be left") {
                        try await server.cli("PUBSUB", "CHANNELS") == "cancelled"
                    }
                    held.cancel()
                }
                task.cancel()
                await task.value
                try await eventually("the channels to be left") { try await server.cli("PUBSUB", "CHANNELS") == "" }
            }
        }
    }

    @Test("Leaving and joining again in quick succession ends in an active subscription")
    func quickSuccession() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                for _ in 0..<50 { subscriber.subscribe(to: "news").cancel() }
                var reader = Reader(subscriber.subscribe(to: "news"))
                try await reader.expectActive()
                try await server.cli("PUBLISH", "news", "here")
                #expect(try await reader.message() == "here")
            }
        }
    }

    @Test("Each of a thousand channels on one connection gets its own messages")
    func manyChannels() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                try await withClient(server.url) { redis in
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<1_000 {
                            group.addTask {
                                var reader = Reader(subscriber.subscribe(to: "channel \(number)"))
                                try await reader.expectActive()
                                _ = try await redis.send(RedisCommand("PUBLISH", "channel \(number)", number))
                                #expect(try await reader.message() == "\(number)")
                            }
                        }
                        try await group.waitForAll()
                    }
                }
            }
        }
    }

    @Test("A sink is called on the event loop until its listener is cancelled")
    func sink() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                let (events, continuation) = AsyncStream.makeStream(of: String.self)
                let listener = subscriber.subscribe(to: "news") { [loop = subscriber.deliveryEventLoop] event in
                    switch event {
                    case .active: continuation.yield(loop.inEventLoop ? "active" : "elsewhere")
                    case .message(let payload): continuation.yield(String(buffer: payload))
                    case .omitted, .matched, .interrupted: continuation.yield("interrupted")
                    }
                }
                var iterator = events.makeAsyncIterator()
                #expect(await iterator.next() == "active")
                try await server.cli("PUBLISH", "news", "hello")
                #expect(await iterator.next() == "hello")
                listener.cancel()
                try await eventually("the channel to be left") { try await server.cli("PUBSUB", "CHANNELS") == "" }
            }
        }
    }
}

/// Counts the events of a subscription on its own executor.
private actor Counter {
    private var count = 0

    func read(_ subscription: RedisSubscription, messages: Int) async -> Int {
        for await event in subscription {
            if case .message = event { count += 1 }
            if count == messages { break }
        }
        return count
    }
}

@Suite struct RedisSubscriptionInActorTests {
    @Test("An actor can read a subscription")
    func actorReads() async throws {
        try await withRedisServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.commandTimeout = .seconds(120)
            try await withSubscriber(configuration) { subscriber in
                let counter = Counter()
                async let count = counter.read(subscriber.subscribe(to: "news"), messages: 3)
                try await eventually("the subscription to be active") {
                    try await server.cli("PUBSUB", "CHANNELS") == "news"
                }
                for _ in 0..<3 { try await server.cli("PUBLISH", "news", "x") }
                #expect(await count == 3)
            }
        }
    }
}

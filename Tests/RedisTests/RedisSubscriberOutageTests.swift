//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis
import TestSupport
import Testing

@Suite struct RedisSubscriberOutageTests {
    private func configuration(_ server: RedisServer) throws -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: server.url)
        configuration.connectTimeout = .seconds(120)
        configuration.commandTimeout = .seconds(120)
        return configuration
    }

    @Test("A subscription made while Redis is unavailable says so, and becomes active when Redis starts")
    func awayAtStart() async throws {
        try await withRedisServer { server in
            try await server.kill()
            try await withSubscriber(configuration(server)) { subscriber in
                var early = Reader(subscriber.subscribe(to: "news"))
                #expect(try await early.expectInterrupted().message.contains("connection refused"))
                var late = Reader(subscriber.subscribe(to: "news"))
                #expect(try await late.expectInterrupted().message.contains("connection refused"))
                try await server.start()
                try await early.expectActive()
                try await late.expectActive()
                try await server.cli("PUBLISH", "news", "at last")
                #expect(try await early.message() == "at last")
                #expect(try await late.message() == "at last")
            }
        }
    }

    @Test("After kill -9 and a restart subscriptions are active again, and messages flow")
    func killAndRestart() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                var news = Reader(subscriber.subscribe(to: "news"))
                var sport = Reader(subscriber.subscribe(to: "sport"))
                try await news.expectActive()
                try await sport.expectActive()
                for round in 1...3 {
                    try await server.kill()
                    _ = try await news.expectInterrupted()
                    _ = try await sport.expectInterrupted()
                    try await server.start()
                    try await news.expectActive()
                    try await sport.expectActive()
                    try await server.cli("PUBLISH", "news", "news \(round)")
                    try await server.cli("PUBLISH", "sport", "sport \(round)")
                    #expect(try await news.message() == "news \(round)")
                    #expect(try await sport.message() == "sport \(round)")
                }
            }
        }
    }

    @Test("A server that hangs is detected by a ping, although nothing else is sent")
    func suspendedServer() async throws {
        try await withRedisServer { server in
            var configuration = try configuration(server)
            configuration.commandTimeout = .seconds(2)
            configuration.pingInterval = .milliseconds(200)
            try await withSubscriber(configuration) { subscriber in
                var reader = Reader(subscriber.subscribe(to: "news"))
                try await reader.waitUntilActive()
                server.suspend()
                #expect(try await reader.expectInterrupted().code == .timedOut)
                server.resume()
                try await reader.waitUntilActive()
                try await eventually("a message to find its subscriber") {
                    try await server.cli("PUBLISH", "news", "again") == "1"
                }
            }
        }
    }

    @Test("CLIENT KILL TYPE pubsub interrupts, and the subscription comes back")
    func clientKill() async throws {
        try await withRedisServer { server in
            try await withSubscriber(configuration(server)) { subscriber in
                var reader = Reader(subscriber.subscribe(to: "news"))
                for round in 1...5 {
                    try await reader.expectActive()
                    try await server.cli("PUBLISH", "news", "\(round)")
                    #expect(try await reader.message() == "\(round)")
                    #expect(try await server.cli("CLIENT", "KILL", "TYPE", "pubsub") == "1")
                    #expect(try await reader.expectInterrupted().code == .connectionClosed)
                }
            }
        }
    }

    @Test("A channel that the access list forbids is reported, and works once it is allowed")
    func forbiddenChannel() async throws {
        let user = ["--user", "carol", "on", ">s3cret", "&open", "+@all"]
        try await withRedisServer(options: user) { server in
            var configuration = try RedisConfiguration(url: "redis://carol:s3cret@127.0.0.1:\(server.port)")
            configuration.connectTimeout = .seconds(120)
            configuration.commandTimeout = .seconds(120)
            configuration.pingInterval = .milliseconds(100)
            try await withSubscriber(configuration) { subscriber in
                var closed = Reader(subscriber.subscribe(to: "closed"))
                #expect(try await closed.expectInterrupted().serverPrefix == "NOPERM")
                var open = Reader(subscriber.subscribe(to: "open"))
                try await open.expectActive()
                try await server.cli("ACL", "SETUSER", "carol", "&closed")
                try await closed.expectActive()
                try await server.cli("PUBLISH", "closed", "now open")
                #expect(try await closed.message() == "now open")
            }
        }
    }

    @Test("When the subscriber is shut down its subscriptions end")
    func shutdown() async throws {
        try await withRedisServer { server in
            let (subscription, subscriber) = try await withSubscriber(configuration(server)) { subscriber in
                let subscription = subscriber.subscribe(to: "news")
                try await eventually("the subscription to be active") {
                    try await server.cli("PUBSUB", "CHANNELS") == "news"
                }
                return (subscription, subscriber)
            }
            for subscription in [subscription, subscriber.subscribe(to: "too late")] {
                var last: RedisSubscription.Event?
                for await event in subscription { last = event }
                guard case .interrupted(let error) = last else {
                    Issue.record("the last event is \(String(describing: last))")
                    return
                }
                #expect(error.code == .shutDown)
            }
        }
    }
}

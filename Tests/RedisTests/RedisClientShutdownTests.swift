//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis
import ServiceLifecycle
import TestSupport
import Testing

@Suite struct RedisClientShutdownTests {
    @Test("A graceful shutdown answers commands in flight, rejects later ones, and ends run()")
    func gracefulShutdown() async throws {
        try await withRedisServer { server in
            var configuration = try RedisConfiguration(url: server.url)
            configuration.connectTimeout = .seconds(120)
            configuration.commandTimeout = .seconds(120)
            let redis = RedisClient(configuration: configuration, logger: quietLogger)
            let group = ServiceGroup(configuration: .init(services: [.init(service: redis)], logger: quietLogger))
            async let running: Void = group.run()
            async let answer = redis.send(RedisCommand("BLPOP", "key", 0))
            try await eventually("the command to be in flight") {
                try await server.cli("CLIENT", "LIST").contains("cmd=blpop")
            }
            await group.triggerGracefulShutdown()
            try await eventually("new commands to be refused") {
                let late = Task { try await redis.send(RedisCommand("PING")) }
                // A command from before the shutdown waits after the blocking one.
                let timer = Task {
                    try await Task.sleep(for: .milliseconds(100))
                    late.cancel()
                }
                defer { timer.cancel() }
                return try await redisError { try await late.value }.code == .shutDown
            }
            try await server.cli("RPUSH", "key", "value")
            #expect(try await answer.array?.last?.string == "value")
            try await running
            let error = try await redisError { try await redis.send(RedisCommand("PING")) }
            #expect(error.code == .shutDown)
            #expect(!redis.isConnected)
        }
    }

    @Test("A shutdown while Redis is unavailable ends run() at once")
    func shutdownWhileAway() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.reconnectDelay = .seconds(100)...(.seconds(200))
        let redis = RedisClient(configuration: configuration, logger: quietLogger)
        let running = Task { try await redis.run() }
        _ = try await redis.firstFailure()
        let taken = try await ContinuousClock().measure {
            running.cancel()
            try await running.value
        }
        #expect(taken < .seconds(60))
    }

    @Test("A client cancelled before it runs ends, and cannot be run again")
    func cancelledBeforeRun() async throws {
        let redis = RedisClient(configuration: try RedisConfiguration(url: "redis://127.0.0.1:1"), logger: quietLogger)
        let running = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await redis.run()
        }
        try await running.value
        let error = try await redisError { try await redis.run() }
        #expect(error.code == .alreadyRunning)
    }

    @Test("The server sees the connection go when the client ends")
    func connectionGoes() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.send(RedisCommand("PING"))
                #expect(try await server.cli("CLIENT", "LIST").contains("name=stepcast"))
            }
            try await eventually("the connection to be gone") {
                try await !server.cli("CLIENT", "LIST").contains("name=stepcast")
            }
        }
    }
}

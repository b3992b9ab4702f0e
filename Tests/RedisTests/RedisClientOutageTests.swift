//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import NIOPosix
import Redis
import TestSupport
import Testing

@Suite struct RedisClientOutageTests {
    /// A command timeout of two seconds, and no pings, which would time out as well.
    private func impatient(_ server: RedisServer) throws -> RedisConfiguration {
        var configuration = try RedisConfiguration(url: server.url)
        configuration.commandTimeout = .seconds(2)
        configuration.pingInterval = .seconds(120)
        return configuration
    }

    @Test("Redis is absent at the start: commands fail at once with the reason, until it appears")
    func absentAtStart() async throws {
        try await withRedisServer { server in
            try await server.kill()
            try await withClient(server.url) { redis in
                let first = try await redisError { try await redis.send(RedisCommand("PING")) }
                #expect(first.code == .unavailable)
                #expect(first.message.contains("127.0.0.1:\(server.port)"))
                #expect(first.message.contains("connection refused"))
                let clock = ContinuousClock()
                let taken = try await clock.measure {
                    let error = try await redisError { try await redis.send(RedisCommand("PING")) }
                    #expect(error.isRetryable)
                    #expect(error.message.contains("connection refused"))
                }
                #expect(taken < .seconds(60))
                #expect(!redis.isConnected)
                try await server.start()
                try await redis.waitUntilConnected(timeout: .seconds(60))
                #expect(try await redis.send(RedisCommand("PING")).string == "PONG")
            }
        }
    }

    @Test("Waiting for a connection that is never made ends with the reason")
    func waitingInVain() async throws {
        try await withRedisServer { server in
            try await server.kill()
            try await withClient(server.url) { redis in
                _ = try await redis.firstFailure()
                let error = try await redisError { try await redis.waitUntilConnected(timeout: .milliseconds(300)) }
                #expect(error.message.contains("connection refused"))
            }
        }
    }

    @Test("A client that is not running rejects commands after the connect timeout")
    func notRunning() async throws {
        var configuration = try RedisConfiguration(url: "redis://127.0.0.1:1")
        configuration.connectTimeout = .milliseconds(200)
        let redis = RedisClient(configuration: configuration, logger: quietLogger)
        let error = try await redisError { try await redis.send(RedisCommand("PING")) }
        #expect(error.code == .unavailable)
        #expect(error.message.contains("was not started within 200 ms"))
    }

    @Test("After a kill the client is connected again to the server's successor")
    func killAndRestart() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                for _ in 1...3 {
                    try await redis.waitUntilConnected(timeout: .seconds(60))
                    _ = try await redis.send(RedisCommand("PING"))
                    try await server.kill()
                    let error = try await eventually(
                        "the loss to be noticed",
                        value: {
                            do {
                                _ = try await redis.send(RedisCommand("PING"))
                                return nil as RedisError?
                            } catch let error as RedisError {
                                return error
                            }
                        }
                    )
                    #expect(error.isRetryable)
                    // The end of the command is reported just before the end of the connection.
                    try await eventually("the loss to be reported") { !redis.isConnected }
                    try await server.start()
                }
                try await redis.waitUntilConnected(timeout: .seconds(60))
                #expect(try await redis.send(RedisCommand("PING")).string == "PONG")
            }
        }
    }

    @Test("All commands in flight fail when the server is killed")
    func killUnderLoad() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                try await redis.waitUntilConnected(timeout: .seconds(60))
                server.suspend()
                let codes = try await withThrowingTaskGroup(of: RedisError.Code.self) { group in
                    for _ in 0..<100 {
                        group.addTask {
                            try await redisError { try await redis.send(RedisCommand("INCR", "n")) }.code
                        }
                    }
                    try await server.kill()
                    var codes: Set<RedisError.Code> = []
                    for try await code in group { codes.insert(code) }
                    return codes
                }
                #expect(codes.isSubset(of: [.connectionClosed, .unavailable]))
            }
        }
    }

    @Test("A server that hangs: the command times out, those after it fail retryably, and the client recovers")
    func suspendedServer() async throws {
        try await withRedisServer { server in
            try await withClient(impatient(server)) { redis in
                try await redis.waitUntilConnected(timeout: .seconds(60))
                server.suspend()
                async let first = redisError { try await redis.send(RedisCommand("INCR", "n")) }
                async let second = redisError { try await redis.send(RedisCommand("INCR", "n")) }
                let errors = try await [first, second]
                #expect(errors.contains { $0.code == .timedOut })
                #expect(errors.allSatisfy { $0.isRetryable })
                #expect(errors.contains { $0.message.contains("did not answer INCR within 2 s") })
                server.resume()
                let reply = try await eventually(
                    "the client to recover",
                    value: {
                        try await redis.send(RedisCommand("PING"))
                    }
                )
                #expect(reply.string == "PONG")
            }
        }
    }

    @Test("A server that accepts the connection and never responds is abandoned after the connect timeout")
    func silentServer() async throws {
        try await withRedisServer { server in
            server.suspend()
            var configuration = try RedisConfiguration(url: server.url)
            configuration.connectTimeout = .seconds(1)
            try await withClient(configuration) { redis in
                let error = try await redis.firstFailure()
                #expect(error.code == .unavailable)
                #expect(error.message.contains("no answer within 1 s"))
                server.resume()
                try await redis.waitUntilConnected(timeout: .seconds(60))
            }
        }
    }

    @Test("An idle connection to a server that hangs is detected by a ping")
    func idleConnection() async throws {
        try await withRedisServer { server in
            var configuration = try impatient(server)
            configuration.pingInterval = .milliseconds(100)
            try await withClient(configuration) { redis in
                try await redis.waitUntilConnected(timeout: .seconds(60))
                server.suspend()
                try await eventually("the loss to be noticed") { !redis.isConnected }
                server.resume()
                try await redis.waitUntilConnected(timeout: .seconds(60))
            }
        }
    }

    @Test("A connection that the server closes is replaced")
    func clientKill() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.send(RedisCommand("SET", "key", "value"))
                try await server.cli("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                let reply = try await eventually(
                    "the client to be connected again",
                    value: {
                        try await redis.send(RedisCommand("GET", "key"))
                    }
                )
                #expect(reply.string == "value")
            }
        }
    }

    @Test("A cancelled command ends at once, and the others get their own replies")
    func cancellation() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                let cancelled = Task { try await redisError { try await redis.send(RedisCommand("BLPOP", "key", 0)) } }
                try await eventually("the command to be in flight") {
                    try await server.cli("CLIENT", "LIST").contains("cmd=blpop")
                }
                let kept = Task { try await redis.send(RedisCommand("ECHO", "b")).string }
                cancelled.cancel()
                #expect(try await cancelled.value.code == .cancelled)
                try await server.cli("RPUSH", "key", "a")
                #expect(try await kept.value == "b")
                #expect(try await redis.send(RedisCommand("ECHO", "c")).string == "c")
            }
        }
    }

    @Test("A command of an already cancelled task is not sent")
    func cancelledBefore() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.send(RedisCommand("PING"))
                let task = Task {
                    withUnsafeCurrentTask { $0?.cancel() }
                    return try await redisError { try await redis.send(RedisCommand("SET", "key", "x")) }
                }
                #expect(try await task.value.code == .cancelled)
                #expect(try await redis.send(RedisCommand("EXISTS", "key")).integer == 0)
            }
        }
    }

    @Test("What is not Redis is reported and harmless")
    func notRedis() async throws {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(MailServer())
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(listener.localAddress?.port)
        try await withClient("redis://127.0.0.1:\(port)") { redis in
            let error = try await redisError { try await redis.send(RedisCommand("PING")) }
            #expect(error.code == .unavailable)
            #expect(error.message.contains("does not speak the Redis protocol"))
        }
        try await listener.close()
    }

    /// Greets as SMTP servers do (RFC 5321, section 3.1).
    private final class MailServer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: "220 mail.example.org ready\r\n")), promise: nil)
        }
    }
}

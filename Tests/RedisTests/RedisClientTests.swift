//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import NIOCore
import Redis
import TestSupport
import Testing

@Suite struct RedisClientTests {
    @Test("Commands are answered, the first one while still connecting")
    func commands() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                #expect(try await redis.send(RedisCommand("SET", "key", "grüß")).string == "OK")
                #expect(try await redis.send(RedisCommand("GET", "key")).string == "grüß")
                #expect(try await redis.send(RedisCommand("GET", "none")) == .null)
                #expect(try await redis.send(RedisCommand("INCRBY", "n", 41)).integer == 41)
                #expect(try await redis.send(RedisCommand("RPUSH", "list", "a", [UInt8(0), 255])).integer == 2)
                let list = try await redis.send(RedisCommand("LRANGE", "list", 0, -1)).array
                #expect(list?.compactMap(\.buffer) == [ByteBuffer(string: "a"), ByteBuffer(bytes: [0, 255])])
                #expect(redis.isConnected)
            }
        }
    }

    @Test("A value of 1 MiB comes back unchanged")
    func bigValue() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                let value = ByteBuffer(bytes: (0..<1_048_576).map { UInt8(truncatingIfNeeded: $0 &* 31) })
                _ = try await redis.send(RedisCommand("SET", "key", value))
                #expect(try await redis.send(RedisCommand("GET", "key")).buffer == value)
            }
        }
    }

    @Test("An error of the server is thrown with its prefix, and the connection continues")
    func serverError() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.send(RedisCommand("SET", "key", "text"))
                let error = try await redisError { try await redis.send(RedisCommand("LPUSH", "key", "x")) }
                #expect(error.code == .serverError)
                #expect(error.serverPrefix == "WRONGTYPE")
                #expect(!error.isRetryable)
                #expect(try await redis.send(RedisCommand("GET", "key")).string == "text")
            }
        }
    }

    @Test("Of 2,000 commands sent at the same time each gets its own reply")
    func concurrentSends() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<2_000 {
                        group.addTask {
                            try await redis.send(RedisCommand("ECHO", "message \(number)")).string
                                == "message \(number)"
                        }
                    }
                    for try await isRight in group {
                        #expect(isRight)
                    }
                }
            }
        }
    }

    @Test("A pipeline returns a reply for each command, in order, including errors")
    func pipeline() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                #expect(try await redis.pipeline([]).isEmpty)
                let commands = (1...500).map { RedisCommand("INCRBY", "n", $0) }
                let answers = try await redis.pipeline(commands + [RedisCommand("NONSENSE"), RedisCommand("GET", "n")])
                #expect(answers.count == 502)
                var sum: Int64 = 0
                for (number, answer) in zip(1...500, answers) {
                    sum += Int64(number)
                    #expect(try answer.get().integer == sum)
                }
                #expect(throws: RedisError.self) { try answers[500].get() }
                #expect(try answers[501].get().integer == sum)
            }
        }
    }

    @Test("The database of the URL is selected, and the connection has a name")
    func database() async throws {
        try await withRedisServer { server in
            try await withClient("redis://127.0.0.1:\(server.port)/7") { redis in
                _ = try await redis.send(RedisCommand("SET", "key", "in seven"))
                let info = try await redis.send(RedisCommand("CLIENT", "INFO")).string ?? ""
                #expect(info.contains(" name=stepcast "))
                #expect(info.contains(" db=7 "))
            }
            #expect(try await server.cli("-n", "7", "GET", "key") == "in seven")
        }
    }

    @Test("A database that does not exist is reported")
    func missingDatabase() async throws {
        try await withRedisServer { server in
            try await withClient("redis://127.0.0.1:\(server.port)/99") { redis in
                let error = try await redisError { try await redis.send(RedisCommand("PING")) }
                #expect(error.code == .unavailable)
                #expect(error.message.contains("rejected database 99"))
            }
        }
    }

    @Test("A Unix socket works as a port does")
    func unixSocket() async throws {
        try await withRedisServer { server in
            try await withClient(server.unixURL + "?db=3") { redis in
                _ = try await redis.send(RedisCommand("SET", "key", "by socket"))
            }
            #expect(try await server.cli("-n", "3", "GET", "key") == "by socket")
        }
    }

    @Test("The host may be a name")
    func hostName() async throws {
        try await withRedisServer { server in
            try await withClient("redis://localhost:\(server.port)") { redis in
                let reply = try await redis.send(RedisCommand("PING"))
                #expect(reply.string == "PONG")
            }
        }
    }

    @Test("The states of the connection are reported from connecting to stopped")
    func states() async throws {
        try await withRedisServer { server in
            let states = try await withClient(server.url) { redis in
                try await redis.waitUntilConnected(timeout: .seconds(60))
                return redis.connectionStates
            }
            var last: RedisConnectionState?
            for await state in states { last = state }
            guard case .stopped = last else {
                Issue.record("the last state is \(String(describing: last))")
                return
            }
        }
    }
}

@Suite struct RedisScriptTests {
    private let script = RedisScript("return {KEYS[1], ARGV[1], redis.call('INCR', KEYS[1])}")

    @Test("A script runs whether Redis has it cached or not")
    func evaluation() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                for count in Int64(1)...3 {
                    let reply = try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                    #expect(reply.array?.map(\.string) == ["n", "x", nil])
                    #expect(reply.array?.last?.integer == count)
                }
                #expect(try await redis.send(RedisCommand("SCRIPT", "FLUSH")).string == "OK")
                let reply = try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                #expect(reply.array?.last?.integer == 4)
            }
        }
    }

    @Test("A known script is sent by its digest only")
    func digestOnly() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                _ = try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                let stats = try await redis.send(RedisCommand("INFO", "commandstats")).string ?? ""
                #expect(stats.contains("cmdstat_eval:calls=1,"))
                #expect(stats.contains("cmdstat_evalsha:calls=2,"))
            }
        }
    }

    @Test("A script is found again after the server was restarted")
    func restart() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                _ = try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                try await server.restart()
                let reply = try await eventually(
                    "the client to be connected again",
                    value: {
                        try await redis.evaluate(script, keys: ["n"], arguments: ["x"])
                    }
                )
                #expect(reply.array?.last?.integer == 1)
            }
        }
    }

    @Test("An error that a script raises is thrown")
    func scriptError() async throws {
        try await withRedisServer { server in
            try await withClient(server.url) { redis in
                let failing = RedisScript("return redis.error_reply('MINE went wrong')")
                let error = try await redisError { try await redis.evaluate(failing, keys: [], arguments: []) }
                #expect(error.serverPrefix == "MINE")
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis
import TestSupport
import Testing

@Suite struct RedisAuthenticationTests {
    @Test("A password alone is for the default user")
    func password() async throws {
        try await withRedisServer(options: ["--requirepass", "s3cret word"]) { server in
            try await withClient("redis://:s3cret%20word@127.0.0.1:\(server.port)/2") { redis in
                let reply = try await redis.send(RedisCommand("ACL", "WHOAMI"))
                #expect(reply.string == "default")
            }
        }
    }

    @Test("A user of the access list is authenticated with name and password")
    func user() async throws {
        let user = ["--user", "alice", "on", ">s3cret", "~*", "&*", "+@all"]
        try await withRedisServer(options: user) { server in
            try await withClient("redis://alice:s3cret@127.0.0.1:\(server.port)") { redis in
                let reply = try await redis.send(RedisCommand("ACL", "WHOAMI"))
                #expect(reply.string == "alice")
            }
        }
    }

    @Test("A user who may neither set a name nor ping can still work")
    func restrictedUser() async throws {
        let user = ["--user", "bob", "on", ">s3cret", "~*", "+get"]
        try await withRedisServer(options: user) { server in
            try await withClient("redis://bob:s3cret@127.0.0.1:\(server.port)") { redis in
                #expect(try await redis.send(RedisCommand("GET", "key")) == .null)
                let error = try await redisError { try await redis.send(RedisCommand("SET", "key", "x")) }
                #expect(error.serverPrefix == "NOPERM")
            }
        }
    }

    @Test("A wrong password is reported clearly, and never shown")
    func wrongPassword() async throws {
        try await withRedisServer(options: ["--requirepass", "right"]) { server in
            try await withClient("redis://:s3cret@127.0.0.1:\(server.port)") { redis in
                let error = try await redisError { try await redis.send(RedisCommand("PING")) }
                #expect(error.code == .unavailable)
                #expect((error.cause as? RedisError)?.code == .authenticationFailed)
                #expect(error.message.contains("rejected the user name or the password"))
                #expect(error.message.contains("WRONGPASS"))
                #expect(!"\(error)".contains("s3cret"))
            }
        }
    }

    @Test("A missing password is reported, with where to put it")
    func missingPassword() async throws {
        try await withRedisServer(options: ["--requirepass", "right"]) { server in
            try await withClient(server.url) { redis in
                let error = try await redisError { try await redis.send(RedisCommand("PING")) }
                #expect(error.code == .unavailable)
                #expect((error.cause as? RedisError)?.code == .authenticationFailed)
                #expect(error.message.contains("requires a password"))
            }
        }
    }

    @Test("A password that becomes valid later is accepted then")
    func laterPassword() async throws {
        try await withRedisServer(options: ["--requirepass", "old"]) { server in
            try await withClient("redis://:new@127.0.0.1:\(server.port)") { redis in
                _ = try await redisError { try await redis.send(RedisCommand("PING")) }
                try await server.cli("-a", "old", "--no-auth-warning", "CONFIG", "SET", "requirepass", "new")
                try await redis.waitUntilConnected(timeout: .seconds(60))
                #expect(try await redis.send(RedisCommand("PING")).string == "PONG")
            }
        }
    }
}

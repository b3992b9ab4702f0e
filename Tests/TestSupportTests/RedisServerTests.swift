//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import TestSupport
import Testing

@Suite("Redis for the tests")
struct RedisServerTests {
    @Test("A killed server comes back on the same port with its data")
    func killAndStart() async throws {
        try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { redis in
            try await redis.cli("SET", "colour", "green")
            let port = redis.port
            try await redis.kill()
            #expect(redis.pid == nil)
            try await redis.start()
            #expect(redis.port == port)
            #expect(try await redis.cli("GET", "colour") == "green")
        }
    }

    @Test("A suspended server answers again after it is resumed")
    func suspendAndResume() async throws {
        try await withRedisServer { redis in
            let processID = try #require(redis.pid)
            redis.suspend()
            try await eventually("the server to stop") { state(of: processID) == "T" }
            redis.resume()
            let answer = try await redis.cli("PING")
            #expect(answer == "PONG")
        }
    }

    @Test("Nothing of a server is left behind")
    func cleanUp() async throws {
        var path = ""
        var processID: Int32 = 0
        try await withRedisServer { redis in
            path = redis.directory.path
            processID = try #require(redis.pid)
            #expect(exists(path))
            #expect(isAlive(processID))
        }
        #expect(!exists(path))
        #expect(!isAlive(processID))
    }

    @Test("An unknown option of redis-server is reported with its log")
    func badOption() async throws {
        let failure = await #expect(throws: TestFailure.self) {
            try await withRedisServer(options: ["--no-such-option", "1"]) { _ in }
        }
        #expect(failure?.description.contains("no-such-option") == true)
    }

    @Test("Many servers start side by side")
    func manyServers() async throws {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<5 {
                group.addTask { try await withRedisServer { $0.port } }
            }
            let ports = try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            #expect(ports.count >= 1)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A master and a replica that three real sentinels watch.
package final class WatchedRedis: Sendable {
    /// The first is the master at the start.
    package let servers: [RedisServer]

    private let sentinels: [ChildProcess]
    private let ports: [ServerPort]
    private let directory: TemporaryDirectory

    /// What the sentinels call the master.
    package static let name = "stepcast"

    /// The address for clients.
    package var url: String {
        let hosts = ports.map { "127.0.0.1:\($0.number)" }.joined(separator: ",")
        return "redis+sentinel://\(hosts)/\(Self.name)/0"
    }

    private init(servers: [RedisServer], directory: TemporaryDirectory) throws {
        self.servers = servers
        self.directory = directory
        ports = try (0..<3).map { _ in try ServerPort() }
        guard let executable = Executable.find(["redis-server"]) else { throw TestFailure("no redis-server") }
        var started: [ChildProcess] = []
        for (number, port) in ports.enumerated() {
            let folder = "\(directory.path)/sentinel-\(number)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            // It writes what it learns into this file.
            let file = "\(folder)/sentinel.conf"
            let lines = """
                port \(port.number)
                bind 127.0.0.1
                dir \(folder)
                sentinel monitor \(Self.name) 127.0.0.1 \(servers[0].port) 2
                sentinel down-after-milliseconds \(Self.name) 1000
                sentinel failover-timeout \(Self.name) 4000

                """
            try Data(lines.utf8).write(to: URL(filePath: file))
            started.append(try ChildProcess(executable, [file, "--sentinel"], outputPath: "\(folder)/log"))
        }
        sentinels = started
    }

    /// Sends a command to the first sentinel.
    @discardableResult
    package func askSentinel(_ arguments: String...) async throws -> String {
        try await redisCLI(port: ports[0].number, arguments, in: directory)
    }

    /// Which server the sentinels call the master.
    package func master() async throws -> RedisServer {
        let answer = try await askSentinel("SENTINEL", "GET-MASTER-ADDR-BY-NAME", Self.name)
        guard let server = servers.first(where: { answer.contains("\($0.port)") }) else {
            throw TestFailure("no server is the master: \(answer)")
        }
        return server
    }

    /// Waits until a server has what its master has.
    package static func untilReplica(_ server: RedisServer) async throws {
        try await eventually("a replica of the master") {
            let role = try await server.cli("ROLE").split(separator: "\n")
            return role.first == "slave" && role.contains("connected")
        }
    }

    /// Runs them while the body runs, which begins when the sentinels could replace the master.
    package static func with<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (WatchedRedis) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory(prefix: "stepcast-sentinels")
        defer { directory.remove() }
        // A replica is made at once, not after the 5 s in which more might come.
        let options = ["--repl-diskless-sync-delay", "0"]
        return try await withRedisServer(options: options) { master in
            let following = ["--replicaof", "127.0.0.1", "\(master.port)"]
            return try await withRedisServer(options: options + following) { replica in
                let redis = try WatchedRedis(servers: [master, replica], directory: directory)
                do {
                    try await untilReplica(replica)
                    try await eventually("the sentinels to know the replica and one another") {
                        let state = try await redis.askSentinel("SENTINEL", "MASTER", Self.name)
                        let lines = state.split(separator: "\n").map(String.init)
                        func value(_ name: String) -> String? {
                            lines.firstIndex(of: name).map { lines[$0 + 1] }
                        }
                        return value("num-slaves") == "1" && value("num-other-sentinels") == "2"
                            && value("flags") == "master"
                    }
                    let result = try await body(redis)
                    for sentinel in redis.sentinels { try await sentinel.killGroup() }
                    return result
                } catch {
                    for sentinel in redis.sentinels { try? await sentinel.killGroup() }
                    throw error
                }
            }
        }
    }
}

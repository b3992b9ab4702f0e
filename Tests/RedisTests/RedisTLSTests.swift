//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Redis
import TestSupport
import Testing

@Suite struct RedisTLSTests {
    /// Runs a Redis that only accepts TLS, with a self-signed certificate for `localhost` in `server.crt`.
    private func withTLSServer(
        clients: String = "no",
        _ body: (_ port: Int, TemporaryDirectory) async throws -> Void
    ) async throws {
        try await withTemporaryDirectory { directory in
            _ = try await TestCertificate(in: directory)
            for attempt in 1... {
                let port = try await freePort()
                let options = [
                    "--tls-port", "\(port)", "--tls-cert-file", directory.file("server.crt"),
                    "--tls-key-file", directory.file("server.key"), "--tls-ca-cert-file", directory.file("server.crt"),
                    "--tls-auth-clients", clients,
                ]
                let server: RedisServer
                do {
                    server = try await RedisServer.started(options: options)
                } catch let failure as TestFailure where failure.description.contains("in use") && attempt < 10 {
                    // Another process has taken the port since it was found free.
                    continue
                }
                try await body(port, directory)
                try await server.kill()
                return
            }
        }
    }

    private func failure(_ url: String) async throws -> RedisError {
        try await withClient(url) { redis in
            try await redisError { try await redis.send(RedisCommand("PING")) }
        }
    }

    @Test("A self-signed certificate is accepted when the URL names it, or asks for no verification")
    func accepted() async throws {
        try await withTLSServer { port, directory in
            let ca = directory.file("server.crt")
            for url in [
                "rediss://localhost:\(port)?ca=\(ca)",
                "rediss://127.0.0.1:\(port)?ca=\(ca)&verify=ca",
                "rediss://127.0.0.1:\(port)/1?verify=none",
            ] {
                try await withClient(url) { redis in
                    _ = try await redis.send(RedisCommand("SET", "key", String(repeating: "x", count: 100_000)))
                    #expect(try await redis.send(RedisCommand("STRLEN", "key")).integer == 100_000)
                }
            }
        }
    }

    @Test("A self-signed certificate is rejected otherwise, and the message says what to do")
    func refused() async throws {
        try await withTLSServer { port, directory in
            let untrusted = try await failure("rediss://localhost:\(port)")
            #expect(untrusted.code == .unavailable)
            #expect(untrusted.message.contains("?ca=/path"))
            let otherName = try await failure("rediss://127.0.0.1:\(port)?ca=\(directory.file("server.crt"))")
            #expect(otherName.message.contains("not valid for its host name"))
            let noFile = try await failure("rediss://localhost:\(port)?ca=\(directory.file("none.crt"))")
            #expect(noFile.message.contains("cannot be read from \(directory.file("none.crt"))"))
        }
    }

    @Test("A server that requires a client certificate gets it")
    func clientCertificate() async throws {
        try await withTLSServer(clients: "yes") { port, directory in
            let ca = directory.file("server.crt")
            let without = try await failure("rediss://localhost:\(port)?ca=\(ca)")
            #expect(without.code == .unavailable)
            let url = "rediss://localhost:\(port)?ca=\(ca)&cert=\(ca)&key=\(directory.file("server.key"))"
            try await withClient(url) { redis in
                let reply = try await redis.send(RedisCommand("PING"))
                #expect(reply.string == "PONG")
            }
        }
    }

    @Test("TLS to a port without TLS fails with a message that says so")
    func notTLS() async throws {
        try await withRedisServer { server in
            var configuration = try RedisConfiguration(url: "rediss://127.0.0.1:\(server.port)?verify=none")
            configuration.connectTimeout = .seconds(2)
            // On a busy machine the time limit may pass before there is a connection for which TLS could be suggested.
            let error = try await withClient(configuration) { redis in
                try await eventually(
                    "a failure that tells of TLS",
                    value: { () async throws -> RedisError? in
                        let error = try await redisError { try await redis.send(RedisCommand("PING")) }
                        return error.message.contains("TLS") ? error : nil
                    }
                )
            }
            #expect(error.code == .unavailable)
        }
    }
}

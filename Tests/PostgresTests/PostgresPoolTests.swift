//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Postgres
import TestSupport
import Testing

@Suite("Connections to PostgreSQL")
struct PostgresPoolTests {
    @Test("Are as many as are needed, up to a limit, and are used again")
    func limit() async throws {
        try await withPool(connections: 3) { pool, _ in
            let backends = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 1...12 {
                    group.addTask {
                        try await pool.use { connection in
                            try connection.run("SELECT pg_backend_pid() AS pid, pg_sleep(0.05)").first?.integer("pid")
                                ?? 0
                        }
                    }
                }
                return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
            }
            #expect((1...3).contains(backends.count))
        }
    }

    @Test("Are not waited for without end")
    func patience() async throws {
        try await withPool(connections: 1, patience: .milliseconds(50)) { pool, _ in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let (begun, hasBegun) = AsyncStream<Void>.makeStream()
                group.addTask {
                    try await pool.use { connection in
                        hasBegun.yield()
                        try connection.run("SELECT pg_sleep(1)")
                    }
                }
                for await _ in begun { break }
                await #expect(throws: PostgresError.self) { try await pool.ask() }
                try await group.waitForAll()
            }
            try await pool.ask()
        }
    }

    @Test("Are given up with the task, and the server ends what nobody waits for")
    func cancellation() async throws {
        try await withPool(connections: 1) { pool, place in
            let (begun, hasBegun) = AsyncStream<Void>.makeStream()
            let task = Task {
                try await pool.use { connection in
                    try connection.run("SET client_connection_check_interval = '100ms'")
                    hasBegun.yield()
                    try connection.run("SELECT pg_sleep(600)")
                }
            }
            for await _ in begun { break }
            let start = ContinuousClock.now
            task.cancel()
            await #expect(throws: PostgresError.self) { try await task.value }
            #expect(ContinuousClock.now - start < .seconds(10))
            // The next one is not interrupted for it.
            try await pool.ask()
            let server = try #require(place.server)
            try await eventually("the statement to end") {
                let sql = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)' AND state = 'active'"
                return try await server.psql("\(sql) AND datname = '\(place.database)'") == "0"
            }
        }
    }

    @Test("End a transaction that failed, and are used again")
    func failure() async throws {
        try await withPool(connections: 1) { pool, _ in
            func pid() async throws -> Int64? {
                try await pool.use { try $0.run("SELECT pg_backend_pid() AS pid").first?.integer("pid") }
            }
            let first = try await pid()
            await #expect(throws: PostgresError.self) {
                try await pool.use { connection in
                    try connection.run("BEGIN")
                    try connection.run("SELECT nonsense")
                }
            }
            #expect(try await pid() == first)
        }
    }

    @Test("Come back by themselves when the server was killed, and do not wait for one that does not answer")
    func faults() async throws {
        let server = try await PostgresServer.started()
        try await withPool(server.url(of: "postgres"), connections: 2) { pool in
            try await pool.ask()
            try await server.kill()
            // Its processes may answer for a moment longer.
            try await eventually("the connection to be refused") {
                do {
                    try await pool.ask()
                } catch let error as PostgresError {
                    let text = error.description
                    #expect(error.kind == .unreachable)
                    #expect(text.contains("PostgreSQL at 127.0.0.1:\(server.port), database postgres: "))
                    #expect(!text.contains(PostgresServer.password))
                    return text.contains("Connection refused")
                }
                return false
            }
            try await server.start()
            try await eventually("the connection to come back") {
                (try? await pool.ask()) != nil
            }
            server.suspend()
            let start = ContinuousClock.now
            await #expect(throws: PostgresError.self) {
                try await pool.ask(for: .milliseconds(200))
            }
            #expect(ContinuousClock.now - start < .seconds(5))
            server.resume()
            try await eventually("the connection to come back") {
                (try? await pool.ask()) != nil
            }
        }
        try await server.stop()
    }

    @Test("Say what is wrong: the password, the database, the server")
    func refused() async throws {
        let server = try await PostgresServer.shared()
        for (url, reason) in [
            (server.url(of: "postgres", password: "wrong-secret"), "password authentication failed for user"),
            (server.url(of: "none"), "database \"none\" does not exist"),
            ("postgres://a:wrong-secret@no-such-host.invalid/archive", "no-such-host.invalid"),
        ] {
            try await withPool(url) { pool in
                do {
                    try await pool.ask()
                    Issue.record("it was let in")
                } catch let error as PostgresError {
                    #expect(error.description.contains(reason), "\(error)")
                    #expect(!error.description.contains("secret"))
                    #expect(!error.description.contains("\n"))
                }
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Postgres
import TestSupport
import Testing

@Suite("An archive in PostgreSQL")
struct PostgresArchiveTests {
    private func withServer(
        _ body: (any ArchiveStore, TestDatabasePlace, PostgresServer) async throws -> Void
    ) async throws {
        try await withArchive(.postgres) { archive, place in
            try await body(archive, place, try #require(place.server))
        }
    }

    @Test("Is made once, however many begin with an empty database at the same time")
    func together() async throws {
        try await TestDatabase.postgres.withPlace { place in
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...8 {
                    group.addTask {
                        let archive = try await place.open()
                        let count = try await archive.size().records
                        await archive.close()
                        return count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(counts == Array(repeating: 0, count: 8))
        }
    }

    @Test("Refuses a database of a later version, and a schema of another program")
    func foreign() async throws {
        try await withServer { archive, place, server in
            _ = try await archive.takeOver()
            try await server.psql("UPDATE stepcast.archive SET version = 99", in: place.database)
            let later = try await place.open()
            await #expect(throws: ArchiveError.newer(version: 99, known: 2)) { try await later.takeOver() }
            await later.close()
            try await server.psql("DROP TABLE stepcast.archive", in: place.database)
            let other = try await place.open()
            await #expect(
                throws: ArchiveError.corrupt("the schema stepcast of the database has tables of another program")
            ) { try await other.takeOver() }
            await other.close()
        }
    }

    @Test("Can be read while it cannot be written, and written when it can be again")
    func readOnly() async throws {
        try await withServer { archive, place, server in
            let entry = ArchiveEntry(run("r"), texts: ["one"])
            try await archive.write([entry], fence: try await archive.takeOver())
            try await server.psql(
                "ALTER DATABASE \(place.database) SET default_transaction_read_only = on",
                in: place.database
            )
            let other = try await place.open()
            #expect(try await other.page(of: run("r"), LogPageQuery()).count == 1)
            let error = await #expect(throws: ArchiveError.self) { try await other.takeOver() }
            #expect(error?.description.contains("read-only transaction") == true)
            #expect(error?.description.contains("database \(place.database)") == true)
            await other.close()
            try await server.psql("ALTER DATABASE \(place.database) RESET default_transaction_read_only")
            let third = try await place.open()
            _ = try await third.takeOver()
            await third.close()
        }
    }

    @Test("Finds words at the end of a record that is larger than an index of PostgreSQL takes")
    func manyWords() async throws {
        try await withServer { archive, _, _ in
            let fence = try await archive.takeOver()
            let words = (0..<60_000).map { "word\($0)" }
            let repeated = Array(repeating: "again", count: 100_000) + ["needle"]
            // More than a tsvector holds: 1 MiB of different words.
            let many = (0..<120_000).map { "anotherword\($0)" }
            let long = [String(repeating: "é", count: 5000), "behind"]
            for (index, text) in [words, repeated, many, long].enumerated() {
                let entry = ArchiveEntry(run("r\(index)"), texts: [text.joined(separator: " ")])
                try await archive.write([entry], fence: fence)
            }
            func find(_ text: String) async throws -> [String] {
                try await archive.search(SearchQuery(SearchText(text))).hits.map(\.requestID.rawValue)
            }
            #expect(try await find("word59999") == ["r0"])
            #expect(try await find("\"word7 word8\"") == ["r0"])
            #expect(try await find("needle") == ["r1"])
            #expect(try await find("anotherword7") == ["r2"])
            #expect(try await find("behind eeeee*") == ["r3"])
        }
    }

    @Test("Goes on with what it does after the server was restarted")
    func restart() async throws {
        let server = try await PostgresServer.started()
        let address = try #require(ArchiveAddress(server.url(of: "postgres")))
        let archive = try await OpenArchive(address).open()
        let fence = try await archive.takeOver()
        let first = ArchiveEntry(run("r"), texts: ["one"])
        try await archive.write([first], fence: fence)
        try await server.kill()
        let second = ArchiveEntry(run("r"), after: first.cursor, texts: ["two"])
        await #expect(throws: ArchiveError.self) { try await archive.write([second], fence: fence) }
        try await server.start()
        try await eventually("it to be written") {
            (try? await archive.write([second], fence: fence)) != nil
        }
        // Each connection had been lost.
        #expect(try await archive.page(of: run("r"), LogPageQuery(after: 0)).map(\.text) == ["one", "two"])
        try await server.stop()
        try await server.start()
        #expect(try await archive.run(identifier("r"))?.records == 2)
        await archive.close()
        try await server.stop()
    }
}

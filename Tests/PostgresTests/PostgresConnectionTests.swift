//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Postgres
import TestSupport
import Testing

@Suite("A connection to PostgreSQL")
struct PostgresConnectionTests {
    @Test("Gives values as they were bound, whatever is in them")
    func values() async throws {
        try await withPool { pool, _ in
            try await pool.use { connection in
                for number in [0, 1, -1, 255, -32_768, 1 << 40, Int64.max, Int64.min] {
                    let row = try connection.run("SELECT $1::bigint AS value", [.integer(number)]).first
                    #expect(row?.integer("value") == number)
                }
                #expect(try connection.run("SELECT $1::smallint AS v", [-7]).first?.integer("v") == -7)
                for text in ["", "a'; DROP TABLE log; --", "\\ \" $1 ?", "é 漢 😀 \u{2028}\n", "\u{1}"] {
                    let row = try connection.run("SELECT $1 AS value", [.text(text)]).first
                    #expect(row?.text("value") == text)
                }
                let bytes = Data((0...255).map { UInt8($0) })
                for data in [Data(), bytes] {
                    #expect(try connection.run("SELECT $1 AS value", [.bytes(data)]).first?.data("value") == data)
                }
                let row = try connection.run(
                    "SELECT $1 AS yes, $2 AS no, $3::text AS nothing",
                    [.boolean(true), .boolean(false), .null]
                ).first
                #expect(row?.flag("yes") == true)
                #expect(row?.flag("no") == false)
                #expect(row?.text("nothing") == nil)
            }
        }
    }

    @Test("Carries out many statements at once, and none behind one that fails")
    func pipeline() async throws {
        try await withPool { pool, _ in
            try await pool.use { connection in
                let rows = try connection.run(
                    (1...500).map { PostgresStatement("SELECT $1::int AS n", [.integer($0)]) }
                )
                #expect(rows.map { $0.first?.integer("n") } == (1...500).map { Int64($0) })
                try connection.run("CREATE TABLE item (n int)")
                let statements = ["INSERT INTO item VALUES (1)", "SELECT 1/0", "INSERT INTO item VALUES (2)"]
                #expect { try connection.run(statements.map { PostgresStatement($0) }) } throws: { error in
                    (error as? PostgresError)?.kind == .refused(code: "22012")
                }
                // The statements were one transaction.
                #expect(try connection.run("SELECT n FROM item").count == 0)
                #expect(try connection.run("INSERT INTO item VALUES (1), (2)").changedCount == 2)
            }
        }
    }

    @Test("Copies rows, also many mebibytes, and goes on after a copy that was refused")
    func copy() async throws {
        try await withPool { pool, _ in
            try await pool.use { connection in
                try connection.run("CREATE TABLE item (n int PRIMARY KEY, name text, data bytea)")
                var rows = CopyRows()
                let text = String(repeating: "long ", count: 20_000)
                for number in 1...100 {
                    rows.begin(columns: 3)
                    rows.add(Int32(number))
                    rows.add(text.utf8)
                    rows.add(number % 2 == 0 ? Data([0, 1]) : nil)
                }
                try connection.copy("COPY item FROM STDIN (FORMAT binary)", rows)
                let row = try connection.run(
                    "SELECT count(*) AS rows, count(data) AS filled, min(length(name)) AS length FROM item"
                ).first
                #expect(row?.integer("rows") == 100)
                #expect(row?.integer("filled") == 50)
                #expect(row?.integer("length") == 100_000)
                #expect { try connection.copy("COPY item FROM STDIN (FORMAT binary)", rows) } throws: { error in
                    (error as? PostgresError)?.kind == .refused(code: "23505")
                }
                #expect { try connection.copy("COPY nothing FROM STDIN (FORMAT binary)", rows) } throws: { error in
                    (error as? PostgresError)?.kind == .refused(code: "42P01")
                }
                #expect(try connection.run("SELECT 1 AS one").first?.integer("one") == 1)
            }
        }
    }

    @Test("Is encrypted, and to whom it should be, if the URL says so")
    func tls() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let certificate = try await TestCertificate(in: folder)
        let other = try await TestCertificate(in: folder, named: "other")
        let server = try await PostgresServer.started(certificate: certificate)
        func version(_ query: String, host: String = "localhost") async throws -> String? {
            let url = server.url(of: "postgres").replacing("127.0.0.1", with: host) + "?" + query
            return try await withPool(url) { pool in
                try await pool.use { connection in
                    try connection.run("SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()").first?
                        .text("version")
                }
            }
        }
        #expect(try await version("sslmode=verify-full&sslrootcert=\(certificate.certificateFile)") == "TLSv1.3")
        #expect(try await version("sslmode=disable") == nil)
        for query in [
            "sslmode=verify-full&sslrootcert=\(other.certificateFile)", "sslmode=verify-full&sslrootcert=/none.crt",
        ] {
            await #expect(throws: PostgresError.self) { try await version(query) }
        }
        let wrongName = "sslmode=verify-full&sslrootcert=\(certificate.certificateFile)"
        await #expect(throws: PostgresError.self) { try await version(wrongName, host: "127.0.0.1") }
        try await server.stop()
    }
}

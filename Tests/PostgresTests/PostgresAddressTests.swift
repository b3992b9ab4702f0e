//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import Postgres

@Suite("The address of a PostgreSQL database")
struct PostgresAddressTests {
    @Test("Names the server and the database, and never a password")
    func description() throws {
        for (url, description) in [
            ("postgres://ada:hunter2@db.example:5433/archive", "PostgreSQL at db.example:5433, database archive"),
            ("postgresql://db.example/archive?password=hunter2", "PostgreSQL at db.example, database archive"),
            ("POSTGRES://ada@[::1]/archive?sslmode=require", "PostgreSQL at ::1, database archive"),
            ("postgres://ada@a,b:5433/archive", "PostgreSQL at a, b:5433, database archive"),
            ("postgres:///archive?host=/run/postgresql", "PostgreSQL at /run/postgresql, database archive"),
            ("postgres://ada@db", "PostgreSQL at db, database ada"),
        ] {
            let address = try #require(PostgresAddress(url), "\(url)")
            #expect("\(address)" == description)
        }
    }

    @Test("Must be one that libpq understands")
    func wrong() {
        for url in [
            "", "postgres", "postgres:", "postgres:/db", "mysql://db/archive", "postgres://db/archive?nonsense=1",
            "postgres://db/a%zz", "postgres://db/archive\0",
        ] {
            #expect(PostgresAddress(url) == nil, "\(url)")
        }
    }

    @Test("Takes its passwords out of any message, and makes it one line")
    func redaction() throws {
        let address = try #require(PostgresAddress("postgres://ada:hunter2@db/archive"))
        let error = PostgresError(.unreachable, address, "no \"hunter2\"\n\tHint: is it hunter2?\n")
        #expect(error.description == "PostgreSQL at db, database archive: no \"***\"; Hint: is it ***?")
    }

    @Test("Is tried again ever more rarely, up to every five seconds")
    func backoff() throws {
        let address = try #require(PostgresAddress("postgres://db/archive"))
        let reconnection = PostgresReconnection()
        var now = ContinuousClock.now
        try reconnection.check(at: now)
        for (least, most) in [(75, 125), (150, 250), (300, 500), (600, 1000), (1200, 2000), (2400, 4000), (3750, 6250)]
        {
            let reason = PostgresError(.unreachable, address, "gone")
            reconnection.failed(reason, at: now)
            // Another one that has tried at the same time.
            reconnection.failed(reason, at: now)
            #expect(throws: reason) { try reconnection.check(at: now + .milliseconds(least - 1)) }
            now += .milliseconds(most)
            try reconnection.check(at: now)
        }
        reconnection.succeeded()
        try reconnection.check(at: now)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The databases that an archive is tested with.
package enum TestDatabase: String, CaseIterable, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// A place for an archive, with nothing in it.
    ///
    /// - Throws: A ``TestFailure`` where the database is not installed or does not start.
    package func place() async throws -> TestDatabasePlace {
        guard self == .postgres else {
            let folder = try TemporaryDirectory(prefix: "stepcast-archive")
            return TestDatabasePlace(folder: folder, server: nil, database: "")
        }
        return try await TestDatabasePlace(in: try await PostgresServer.shared())
    }

    /// Runs a body with a place for an archive, which is removed afterwards.
    package func withPlace<Result>(
        isolation: isolated (any Actor)? = #isolation,
        _ body: (TestDatabasePlace) async throws -> Result
    ) async throws -> Result {
        let place = try await place()
        do {
            let result = try await body(place)
            try await place.remove()
            return result
        } catch {
            try? await place.remove()
            throw error
        }
    }
}

/// Where a test has its archive.
package struct TestDatabasePlace: Sendable {
    package let folder: TemporaryDirectory

    /// `nil` for SQLite.
    package let server: PostgresServer?

    /// The database's name, for PostgreSQL.
    package let database: String

    /// The file, for SQLite.
    package var path: String { folder.file("archive/archive.sqlite") }

    /// The setting `ARCHIVE_URL`.
    package var url: String { server?.url(of: database) ?? "sqlite:\(path)" }

    package var settings: [String: String] { ["ARCHIVE_URL": url] }

    fileprivate init(folder: TemporaryDirectory, server: PostgresServer?, database: String) {
        self.folder = folder
        self.server = server
        self.database = database
    }

    /// A new database of a server.
    package init(in server: PostgresServer) async throws {
        self.init(
            folder: try TemporaryDirectory(prefix: "stepcast-archive"),
            server: server,
            database: try await server.createDatabase()
        )
    }

    package func remove() async throws {
        folder.remove()
        try await server?.drop(database)
    }
}

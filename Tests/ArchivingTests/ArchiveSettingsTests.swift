//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archive
import FoundationEssentials
import Gateway
import ProgramSettings
import ServiceKit
import TestSupport
import Testing

@Suite("The settings of the archive")
struct ArchiveSettingsTests {
    private func archive(_ values: [String: String]) throws -> ArchiveAddress {
        var settings = Settings(values)
        return try GatewayConfiguration(&settings).archive
    }

    @Test("Name a file, a database of PostgreSQL, or nothing")
    func addresses() throws {
        #expect(try archive([:]) == .none)
        #expect("\(try archive(["ARCHIVE_URL": "sqlite:///var/a.sqlite"]))" == "sqlite:/var/a.sqlite")
        let url = "postgres://ada:hunter2@db.example/archive"
        #expect("\(try archive(["ARCHIVE_URL": url]))" == "PostgreSQL at db.example, database archive")
    }

    @Test(
        "Never show a password where they are wrong",
        arguments: [
            "postgres://ada:hunter2@db/archive?no=1", "postgress://ada:hunter2@db", "sqlite://ada:hunter2@db",
        ]
    )
    func wrong(_ url: String) {
        let error = #expect(throws: InvalidSetting.self) { try archive(["ARCHIVE_URL": url]) }
        #expect(error?.description.contains("hunter2") == false)
        #expect(error?.description.contains("sqlite:PATH, postgres://") == true)
    }

    @Test("Take the password of PostgreSQL from a file")
    func passwordFile() async throws {
        let server = try await PostgresServer.shared()
        let place = try await TestDatabasePlace(in: server)
        let file = place.folder.file("password")
        try "\(PostgresServer.password)\n".write(toFile: file, atomically: true, encoding: .utf8)
        let bare = place.url.replacing(":\(PostgresServer.password)", with: "")
        let address = try archive(["ARCHIVE_URL": bare, "ARCHIVE_PASSWORD_FILE": file])
        let archive = try await OpenArchive(address).open()
        #expect(try await archive.size().records == 0)
        await archive.close()
        for url in [place.url, "none", "sqlite:/a"] {
            #expect(throws: InvalidSetting.self) {
                try self.archive(["ARCHIVE_URL": url, "ARCHIVE_PASSWORD_FILE": file])
            }
        }
        try await place.remove()
    }
}

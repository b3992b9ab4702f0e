//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Archive
import FoundationEssentials
import GRDB
import TestSupport
import Testing

@Suite("An archive in a SQLite file")
struct SQLiteTests {
    @Test("Refuses a file of a later version, of another program, and a damaged one")
    func foreignFiles() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let later = folder.file("later.sqlite")
        await (try SQLiteArchive(path: later)).close()
        let queue = try DatabaseQueue(path: later)
        try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        #expect(throws: ArchiveError.newer(version: 99, known: 2)) { try SQLiteArchive(path: later) }

        let other = folder.file("other.sqlite")
        let theirs = try DatabaseQueue(path: other)
        try await theirs.write { try $0.execute(sql: "CREATE TABLE photo (name TEXT)") }
        try theirs.close()
        #expect(throws: ArchiveError.corrupt("it is a database of another program")) { try SQLiteArchive(path: other) }

        let damaged = folder.file("damaged.sqlite")
        try String(repeating: "no database ", count: 1000).write(toFile: damaged, atomically: true, encoding: .utf8)
        #expect { try SQLiteArchive(path: damaged) } throws: { error in
            if case .corrupt = error as? ArchiveError { true } else { false }
        }
        #expect(throws: ArchiveError.self) { try SQLiteArchive(path: "/proc/archive.sqlite") }
    }

    @Test("Goes on after it was locked by another program")
    func locked() async throws {
        try await withArchive(.sqlite) { _, place in
            let path = place.path
            let archive = try SQLiteArchive(path: path, patience: 0.05)
            let fence = try await archive.takeOver()
            let entry = ArchiveEntry(run("r"), texts: ["a"])
            var configuration = Configuration()
            configuration.allowsUnsafeTransactions = true
            let other = try DatabaseQueue(path: path, configuration: configuration)
            try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
            do {
                try await archive.write([entry], fence: fence)
                Issue.record("it was locked")
            } catch ArchiveError.unavailable {}
            #expect(try await archive.page(of: run("r"), LogPageQuery()).isEmpty, "it can be read all the same")
            try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
            try await archive.write([entry], fence: fence)
            #expect(try await archive.page(of: run("r"), LogPageQuery()).count == 1)
            await archive.close()
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import FoundationEssentials
import GRDB
import TestSupport
import Testing

@Suite("The archive")
struct StoreTests {
    @Test("Keeps records in order, and goes on from the cursor when it is opened again")
    func order() async throws {
        try await withArchive { archive, path in
            let fence = try await archive.takeOver()
            let first = ArchiveEntry(run("r"), texts: (1...5).map { "line \($0)" })
            try await archive.write([first], fence: fence)
            let again = try SQLiteArchive(path: path)
            let cursor = try #require(try await again.cursors(of: [run("r"), run("other")])[run("r")])
            #expect(cursor == first.cursor)
            let second = ArchiveEntry(run("r"), after: cursor, texts: ["line 6", "line 7"])
            try await again.write([second], fence: fence)
            let page = try await archive.page(of: run("r"), LogPageQuery(after: 0))
            #expect(page == first.records + second.records)
            #expect(try await archive.page(of: run("r"), LogPageQuery(after: 5)) == second.records)
            #expect(try await archive.page(of: run("r"), LogPageQuery(before: 3)).map(\.place) == [2, 1])
            #expect(try await archive.page(of: run("r"), LogPageQuery(limit: 2)).map(\.place) == [7, 6])
            #expect(try await archive.page(of: run("other"), LogPageQuery()).isEmpty)
            await again.close()
        }
    }

    @Test("Has each record once, however often it is written")
    func repetition() async throws {
        try await withArchive { archive, _ in
            let fence = try await archive.takeOver()
            let entry = ArchiveEntry(run("r"), texts: ["a", "b", "c"])
            try await archive.write([entry], fence: fence)
            try await archive.write([entry], fence: fence)
            let longer = ArchiveEntry(run("r"), texts: ["a", "b", "c", "d"])
            try await archive.write([longer], fence: fence)
            #expect(try await archive.page(of: run("r"), LogPageQuery(after: 0)) == longer.records)
            #expect(try await archive.search(SearchQuery(SearchText("b"))).hits.count == 1)
        }
    }

    @Test("Takes nothing from an archiver that another one has replaced")
    func fence() async throws {
        try await withArchive { archive, _ in
            let old = try await archive.takeOver()
            let new = try await archive.takeOver()
            let entry = ArchiveEntry(run("r"), texts: ["a"])
            await #expect(throws: ArchiveError.fenced) { try await archive.write([entry], fence: old) }
            #expect(try await archive.cursors(of: [run("r")]).isEmpty, "nothing of it is there")
            try await archive.write([entry], fence: new)
        }
    }

    @Test("Writes all of a transaction or nothing")
    func atomic() async throws {
        try await withArchive { archive, _ in
            let fence = try await archive.takeOver()
            let good = ArchiveEntry(run("good"), texts: ["a"])
            var bad = ArchiveEntry(run("bad"), texts: ["a", "b", "c"])
            bad.records.remove(at: 1)
            await #expect(throws: ArchiveError.self) { try await archive.write([good, bad], fence: fence) }
            #expect(try await archive.cursors(of: [run("good"), run("bad")]).isEmpty)
        }
    }

    @Test("Refuses a file of a later version, of another program, and a damaged one")
    func foreignFiles() async throws {
        let folder = try TemporaryDirectory()
        defer { folder.remove() }
        let later = folder.file("later.sqlite")
        await (try SQLiteArchive(path: later)).close()
        let queue = try DatabaseQueue(path: later)
        try await queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        #expect(throws: ArchiveError.newer(version: 99, known: 1)) { try SQLiteArchive(path: later) }

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
        try await withArchive { _, path in
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

    @Test("Keeps a record of a mebibyte, control characters and all")
    func largeRecord() async throws {
        try await withArchive { archive, _ in
            let fence = try await archive.takeOver()
            let text = "needle \u{0}\u{1}\u{2028}" + String(repeating: "x", count: 1 << 20)
            try await archive.write([ArchiveEntry(run("r"), texts: [text])], fence: fence)
            let hits = try await archive.search(SearchQuery(SearchText("needle"))).hits
            #expect(hits.first?.record.text == text)
            #expect(try await archive.remove(run("r")))
        }
    }
}

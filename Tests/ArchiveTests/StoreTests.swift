//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("The archive")
struct StoreTests {
    @Test(
        "Keeps records in order, and goes on from the cursor when it is opened again",
        arguments: TestDatabase.allCases
    )
    func order(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, place in
            let fence = try await archive.takeOver()
            let first = ArchiveEntry(run("r"), texts: (1...5).map { "line \($0)" })
            try await archive.write([first], fence: fence)
            let again = try await place.open()
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

    @Test("Has each record once, however often it is written", arguments: TestDatabase.allCases)
    func repetition(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
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

    @Test("Takes nothing from an archiver that another one has replaced", arguments: TestDatabase.allCases)
    func fence(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let old = try await archive.takeOver()
            let new = try await archive.takeOver()
            let entry = ArchiveEntry(run("r"), texts: ["a"])
            await #expect(throws: ArchiveError.fenced) { try await archive.write([entry], fence: old) }
            #expect(try await archive.cursors(of: [run("r")]).isEmpty, "nothing of it is there")
            try await archive.write([entry], fence: new)
        }
    }

    @Test("Writes all of a transaction or nothing", arguments: TestDatabase.allCases)
    func atomic(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let good = ArchiveEntry(run("good"), texts: ["a"])
            var bad = ArchiveEntry(run("bad"), texts: ["a", "b", "c"])
            bad.records.remove(at: 1)
            await #expect(throws: ArchiveError.self) { try await archive.write([good, bad], fence: fence) }
            #expect(try await archive.cursors(of: [run("good"), run("bad")]).isEmpty)
        }
    }

    @Test("Keeps a record of a mebibyte, control characters and all", arguments: TestDatabase.allCases)
    func largeRecord(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let text = "needle \u{0}\u{1}\u{2028}" + String(repeating: "x", count: 1 << 20)
            try await archive.write([ArchiveEntry(run("r"), texts: [text])], fence: fence)
            let hits = try await archive.search(SearchQuery(SearchText("needle"))).hits
            #expect(hits.first?.record.text == text)
            #expect(try await archive.remove(run("r")))
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("A replay")
struct ReplayTests {
    private func id(_ place: Int) -> EntryID { EntryID(milliseconds: 1_700_000_000_000 + UInt64(place), sequence: 0) }

    @Test("Begins behind any id, in pages that a viewer can hold", arguments: TestDatabase.allCases)
    func pages(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            try await archive.write([ArchiveEntry(run("r"), texts: (1...250).map { "\($0)" })], fence: fence)
            var seen: [String] = []
            var start = ReplayQuery.Start.beginning
            while true {
                let page = try await archive.replay(run("r"), ReplayQuery(start, limit: 100))
                #expect(page.isAnchored)
                #expect(page.records.count <= 100)
                seen += page.records.map(\.text)
                guard let last = page.records.last?.id else { break }
                start = .after(last)
            }
            #expect(seen == (1...250).map { "\($0)" })
            let tail = try await archive.replay(run("r"), ReplayQuery(.tail(3)))
            #expect(tail.records.map(\.text) == ["248", "249", "250"])
            let bounded = try await archive.replay(run("r"), ReplayQuery(.after(id(10)), through: id(12)))
            #expect(bounded.records.map(\.text) == ["11", "12"])
            let unknown = try await archive.replay(
                run("r"),
                ReplayQuery(.after(EntryID(milliseconds: 1_700_000_000_100, sequence: 7)), limit: 1)
            )
            #expect(!unknown.isAnchored)
            #expect(unknown.records.map(\.text) == ["101"])
            #expect(try await archive.replay(run("other"), ReplayQuery(.beginning)).cursor == nil)
        }
    }

    @Test(
        "Ends with the generation of the id, goes on with the next, and begins with the latest",
        arguments: TestDatabase.allCases
    )
    func generations(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let first = ArchiveEntry(run("r"), texts: ["old 1", "old 2"])
            try await archive.write([first], fence: fence)
            var cursor = first.cursor
            cursor.generation += 1
            cursor.number = nil
            // Its ids are lower than those of the first.
            let second = ArchiveEntry(run("r"), after: cursor, texts: ["new 1", "new 2"], at: 1_600_000_000_000)
            try await archive.write([second], fence: fence)
            let beginning = try await archive.replay(run("r"), ReplayQuery(.beginning))
            #expect(beginning.records.map(\.text) == ["new 1", "new 2"])
            let old = try await archive.replay(run("r"), ReplayQuery(.after(id(1))))
            #expect(old.records.map(\.text) == ["old 2"])
            #expect(old.isFull && !old.isLatest && !old.startsAnew)
            // An id of the latest generation bounds no other one.
            let next = try await archive.replay(run("r"), ReplayQuery(.after(id(2)), through: beginning.records[0].id!))
            #expect(next.records.map(\.text) == ["new 1"])
            #expect(next.startsAnew && next.isLatest && next.reaches)
            #expect(try await archive.page(of: run("r"), LogPageQuery(after: 0)).count == 4)
        }
    }
}

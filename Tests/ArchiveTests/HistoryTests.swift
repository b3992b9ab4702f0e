//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("The history of runs")
struct HistoryTests {
    private func fill(_ archive: any ArchiveStore, _ names: [String], isOver: Bool = true) async throws {
        let fence = try await archive.takeOver()
        for (index, name) in names.enumerated() {
            var facts = RunFacts()
            facts.status = index % 2 == 0 ? .completed : .failed
            facts.task = "task of \(name)"
            facts.createdAt = Timestamp(milliseconds: 1_700_000_000_000 + Int64(index) * 1000)
            let entry = ArchiveEntry(run(name), texts: (1...50).map { "\(name) \($0)" }, ends: isOver, facts: facts)
            try await archive.write([entry], fence: fence)
        }
    }

    @Test("Keeps facts with a character that databases do not keep", arguments: TestDatabase.allCases)
    func zero(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            var facts = RunFacts()
            facts.task = "a\0b"
            facts.error = "\0"
            let fence = try await archive.takeOver()
            try await archive.write([ArchiveEntry(run("r"), texts: ["x"], facts: facts)], fence: fence)
            let found = try #require(try await archive.run(identifier("r")))
            #expect(found.facts.task == "a\u{FFFD}b")
            #expect(found.facts.error == "\u{FFFD}")
        }
    }

    @Test("Lists runs, the newest first, in pages", arguments: TestDatabase.allCases)
    func list(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            try await fill(archive, ["a", "b", "c", "d", "e"])
            var query = HistoryQuery(limit: 2)
            var seen: [String] = []
            while true {
                let page = try await archive.runs(query)
                seen += page.runs.map(\.requestID.rawValue)
                guard let next = page.next else { break }
                query.after = next
            }
            #expect(seen == ["e", "d", "c", "b", "a"])
            let failed = try await archive.runs(HistoryQuery(statuses: [.failed])).runs
            #expect(failed.map(\.requestID.rawValue) == ["d", "b"])
            #expect(failed.first?.facts.task == "task of d")
            #expect(failed.first?.records == 50)
            #expect(failed.first?.isOver == true)
            let scoped = HistoryQuery(runs: RunFilter(scopes: [RunScope(request: .name("c"))]))
            #expect(try await archive.runs(scoped).runs.map(\.requestID.rawValue) == ["c"])
        }
    }

    @Test("Forgets a run that is removed, and nothing else", arguments: TestDatabase.allCases)
    func removal(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            try await fill(archive, ["a", "b"])
            #expect(try await archive.remove(run("a")))
            #expect(try await archive.remove(run("a")) == false)
            #expect(try await archive.page(of: run("a"), LogPageQuery()).isEmpty)
            #expect(try await archive.run(identifier("a")) == nil)
            #expect(try await archive.search(SearchQuery(SearchText("a"))).hits.isEmpty)
            #expect(try await archive.search(SearchQuery(SearchText("b"), limit: 100)).hits.count == 50)
            // A run of that name may come again.
            let fence = try await archive.takeOver()
            try await archive.write([ArchiveEntry(run("a"), texts: ["a anew"])], fence: fence)
            #expect(try await archive.search(SearchQuery(SearchText("a"))).hits.map(\.record.text) == ["a anew"])
        }
    }

    @Test("Lets go of runs that are too old, and never of one that goes on", arguments: TestDatabase.allCases)
    func age(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            try await fill(archive, ["over"])
            try await fill(archive, ["going"], isOver: false)
            let future = Timestamp(milliseconds: Timestamp.now().milliseconds + 60_000)
            let past = Timestamp(milliseconds: Timestamp.now().milliseconds - 60_000)
            #expect(try await archive.retain(since: past, bytes: nil, going: past) == 0)
            #expect(try await archive.retain(since: future, bytes: nil, going: past) == 1)
            #expect(try await archive.runs(HistoryQuery()).runs.map(\.requestID.rawValue) == ["going"])
            #expect(
                try await archive.retain(since: future, bytes: nil, going: future) == 1,
                "it was silent for too long"
            )
        }
    }

    @Test("Stays within a size: the oldest runs go, and their space is given back", arguments: TestDatabase.allCases)
    func bound(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let before = try await archive.size().bytes
            try await fill(archive, (1...40).map { "run-\($0)" })
            let full = try await archive.size().bytes
            let limit = before + (full - before) / 2
            let now = Timestamp.now()
            #expect(try await archive.retain(since: nil, bytes: limit, going: now) > 5)
            #expect(try await archive.size().bytes <= limit)
            let left = try await archive.runs(HistoryQuery()).runs.map(\.requestID.rawValue)
            #expect(left.first == "run-40")
            #expect(!left.contains("run-1"))
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("A search")
struct SearchTests {
    private func find(
        _ text: String,
        in archive: any ArchiveStore,
        _ change: (inout SearchQuery) -> Void = { _ in }
    ) async throws -> [String] {
        let search: SearchText = try #require(SearchText(text), "\(text)")
        var query = SearchQuery(search)
        change(&query)
        return try await archive.search(query).hits.map(\.record.text)
    }

    @Test(
        "Finds words, phrases and beginnings of words, whatever their case and accents",
        arguments: TestDatabase.allCases
    )
    func words(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let texts = [
                "Add to cart", "Cart: add nothing to it", "Café checkout", "https://shop.example/checkout?x=1",
            ]
            try await archive.write([ArchiveEntry(run("r"), texts: texts)], fence: fence)
            #expect(try await find("cart add", in: archive) == [texts[1], texts[0]])
            #expect(try await find("\"add to cart\"", in: archive) == [texts[0]])
            #expect(try await find("CAFE", in: archive) == [texts[2]])
            #expect(try await find("check*", in: archive) == [texts[3], texts[2]])
            #expect(try await find("shop.example/check*", in: archive) == [texts[3]])
            #expect(try await find("check", in: archive).isEmpty)
            let hit = try #require(try await archive.search(SearchQuery(SearchText("checkout"), limit: 2)).hits.last)
            #expect(hit.snippet == [.init("Café "), .init("checkout", isMatch: true)])
            #expect(hit.requestID.rawValue == "r")
        }
    }

    @Test("Finds by rank what one run has, however many records of others match", arguments: TestDatabase.allCases)
    func rankInRun(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let texts = ["a needle", "the needle in the hay"]
            try await archive.write([ArchiveEntry(run("old"), texts: texts)], fence: fence)
            let many = Array(repeating: "needle in a stack", count: 10_050)
            try await archive.write([ArchiveEntry(run("new"), texts: many)], fence: fence)
            for (text, expected) in [("needle", texts), ("\"needle in\"", [texts[1]]), ("nothing", [])] {
                let found = try await find(text, in: archive) { query in
                    query.order = .rank
                    query.runs.requestID = run("old").identifier
                }
                #expect(found == expected, "\(text)")
            }
        }
    }

    @Test(
        "Takes any text for what it says",
        arguments: [
            "a\" OR \"b", "NEAR(a b)", "a AND NOT b", "message:a", "{message url}: a", "^a", "a + b", "(a",
            "a'; DROP TABLE log",
            "\"a", "ab* cd*", "-a", "a NOT", "AND a", "\u{0}a", "a%_", "\"a\" *b", "a' & 'b", "a:*", "'a':1", "a\\",
            "a\"\u{65C}b",
        ],
        TestDatabase.allCases
    )
    func hostile(_ text: String, _ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            try await archive.write([ArchiveEntry(run("r"), texts: ["nothing"])], fence: fence)
            let query: SearchText = try #require(SearchText(text))
            #expect(try await archive.search(SearchQuery(query)).hits.isEmpty)
            #expect(try await archive.search(SearchQuery(query, order: .rank)).hits.isEmpty)
        }
    }

    @Test("Refuses a text without words", arguments: ["", " ", "*", "\"\"", "!!! ***", "✅"])
    func nothing(_ text: String) { #expect(SearchText(text) == nil) }

    @Test("Refuses a text that is too long") func long() {
        #expect(SearchText(String(repeating: "a", count: 501)) == nil)
        #expect(SearchText(Array(repeating: "a", count: 21).joined(separator: " ")) == nil)
    }

    @Test("Passes through filters, and shows the runs of its scopes alone", arguments: TestDatabase.allCases)
    func filters(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            for (name, batchID, level, time) in [
                ("nightly-1", "b1", LogLevel.info, Int64(1_700_000_000_000)),
                ("nightly-2", "b2", .error, 1_700_000_100_000),
                ("daily-1", "b1", .warning, 1_700_000_200_000),
            ] {
                var facts = RunFacts()
                facts.batchID = Identifier(rawValue: batchID)
                facts.sessionID = Identifier(rawValue: "s-\(name)")
                let entry = ArchiveEntry(run(name), texts: ["word of \(name)"], level: level, at: time, facts: facts)
                try await archive.write([entry], fence: fence)
            }
            try await archive.write([ArchiveEntry(batch("b1"), texts: ["word of batch"])], fence: fence)
            func texts(_ change: (inout SearchQuery) -> Void) async throws -> [[String]] {
                var lists: [[String]] = []
                for text in [SearchText("word"), nil] {
                    for order in [SearchQuery.Order.newest, .rank] {
                        var query = SearchQuery(text, order: order)
                        change(&query)
                        lists.append(try await archive.search(query).hits.map(\.requestID.rawValue).sorted())
                    }
                }
                return lists
            }
            let all = ["daily-1", "nightly-1", "nightly-2"]
            for (expected, change): ([String], (inout SearchQuery) -> Void) in [
                (all, { _ in }),
                (["daily-1", "nightly-2"], { $0.level = .warning }),
                (["daily-1", "nightly-1"], { $0.runs.batchID = Identifier(rawValue: "b1") }),
                (["nightly-2"], { $0.runs.sessionID = Identifier(rawValue: "s-nightly-2") }),
                (["nightly-2"], { $0.runs.requestID = Identifier(rawValue: "nightly-2") }),
                (["daily-1"], { $0.since = Timestamp(milliseconds: 1_700_000_150_000) }),
                (["nightly-1"], { $0.until = Timestamp(milliseconds: 1_700_000_050_000) }),
                (["nightly-1", "nightly-2"], { $0.runs.scopes = [RunScope(request: .prefix("nightly-"))] }),
                (
                    ["daily-1", "nightly-2"],
                    {
                        $0.runs.scopes = [
                            RunScope(request: .name("nightly-2")), RunScope(request: .prefix("d"), batch: .name("b1")),
                        ]
                    }
                ),
                ([], { $0.runs.scopes = [] }), ([], { $0.runs.scopes = [RunScope(batch: .name("b3"))] }),
            ] {
                #expect(try await texts(change).allSatisfy { $0 == expected }, "\(expected)")
            }
        }
    }

    @Test(
        "Comes in pages without repeat or hole",
        arguments: TestDatabase.allCases,
        [
            (SearchQuery.Order.newest, true), (.newest, false), (.rank, true), (.rank, false),
        ]
    )
    func pages(_ database: TestDatabase, _ kind: (order: SearchQuery.Order, hasText: Bool)) async throws {
        let (order, hasText) = kind
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            let entry = ArchiveEntry(run("r"), texts: (1...25).map { "word \($0)" })
            try await archive.write([entry], fence: fence)
            var query = SearchQuery(hasText ? SearchText("word") : nil, order: order, limit: 10)
            var seen: [Int] = []
            for _ in 0..<4 {
                let page = try await archive.search(query)
                seen += page.hits.map(\.record.place)
                guard let next = page.next else { break }
                query.after = next
            }
            #expect(seen.sorted() == Array(1...25))
            if order == .newest { #expect(seen == (1...25).reversed()) }
        }
    }

    @Test("Finds what few of many records have, and what all have behind a filter", arguments: TestDatabase.allCases)
    func many(_ database: TestDatabase) async throws {
        try await withArchive(database) { archive, _ in
            let fence = try await archive.takeOver()
            try await archive.write([ArchiveEntry(run("first"), texts: ["all rare", "all"])], fence: fence)
            for index in 0..<12 {
                let entry = ArchiveEntry(run("r\(index)"), texts: (1...1000).map { "all word\($0)" })
                try await archive.write([entry], fence: fence)
            }
            #expect(try await find("rare", in: archive) == ["all rare"])
            #expect(try await find("rare all", in: archive) { $0.order = .rank } == ["all rare"])
            #expect(try await find("word7", in: archive).count == 12)
            #expect(
                try await find("all", in: archive) { $0.runs.requestID = identifier("first") } == ["all", "all rare"]
            )
            let scope = RunScope(request: .prefix("fir"))
            #expect(try await find("all", in: archive) { $0.runs.scopes = [scope] } == ["all", "all rare"])
            #expect(try await find("all", in: archive) { $0.level = .error } == [])
            var query = SearchQuery(SearchText("all"), limit: 5000)
            var count = 0
            repeat {
                let page = try await archive.search(query)
                count += page.hits.count
                query.after = page.next
            } while query.after != nil
            #expect(count == 12_002)
        }
    }
}

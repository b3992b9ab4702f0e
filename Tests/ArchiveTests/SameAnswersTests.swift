//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import TestSupport
import Testing

@Suite("Both databases")
struct SameAnswersTests {
    /// Pieces of texts whose words are told apart in odd ways.
    private static let pieces = [
        "cart", "Cart", "CÁRT", "cafe\u{301}", "café", "Straße", "STRASSE", "naïve", "shop.example/checkout?x=1", "x=1",
        "a-b_c", "don't", "1,000.50", "-1e5", "0x1F", "日本語", "日本", "한국어", "Ελλάδα", "ΕΛΛΑΔΑ", "Москва", "москва",
        "İstanbul", "ı", "ﬁ", "Ⅷ", "½", "😀", "👩‍👩‍👧", "\u{200B}", "é\u{327}", "نص", "हिन्दी", "ไทย", "user@example.com", "#tag",
        "\\", "'", "\"", "&", "|", "!", "(", ":*", "<->", "%", "a", "b", "the", "THE", "e\u{301}\u{301}", "\u{E000}",
        "\u{0}z",
        "\t", "ß", "ẞ", "ǅ", "ſ",
    ]

    @Test("Find and show the same, whatever the text and whatever is searched for", arguments: [1, 2, 3] as [UInt64])
    func search(_ seed: UInt64) async throws {
        var random = SeededRandom(seed: seed)
        func text(_ count: ClosedRange<Int>) -> String {
            let separators = [" ", " ", " ", ", ", "/", ""]
            return (0..<Int.random(in: count, using: &random)).map { _ in
                (Self.pieces.randomElement(using: &random) ?? "") + (separators.randomElement(using: &random) ?? "")
            }.joined()
        }
        let texts = (0..<150).map { _ in text(0...40) }
        var searches: [SearchText] = []
        while searches.count < 150 {
            let words = text(1...3)
            let isPhrase = Bool.random(using: &random)
            let isPrefix = Bool.random(using: &random)
            let search = (isPhrase ? "\"\(words)\"" : words) + (isPrefix ? "*" : "")
            if let search = SearchText(search) { searches.append(search) }
        }
        var answers: [[[SearchHit]]] = []
        for database in TestDatabase.allCases {
            let found = try await withArchive(database) { archive, _ in
                let fence = try await archive.takeOver()
                try await archive.write([ArchiveEntry(run("r"), texts: texts)], fence: fence)
                var found: [[SearchHit]] = []
                for search in searches {
                    found.append(try await archive.search(SearchQuery(search, limit: 200)).hits)
                    let ranked = try await archive.search(SearchQuery(search, order: .rank, limit: 200)).hits
                    // What is best is a matter of taste; what is found is not.
                    #expect(Set(ranked) == Set(found[found.count - 1]), "\(search.terms)")
                }
                return found
            }
            answers.append(found)
        }
        #expect(answers[0].contains { !$0.isEmpty })
        for (index, search) in searches.enumerated() {
            #expect(answers[0][index] == answers[1][index], "\(search.terms)")
        }
    }
}

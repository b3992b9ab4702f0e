//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@Suite("Suggestions for misspelled names")
struct SpellingTests {
    private static let names = ["run", "runs", "follow", "cancel", "PORT", "REDIS_URL", "REDIS_STREAM"]

    @Test(
        "Are found with one mistake in three letters, and not beyond",
        arguments: [
            ("rnu", "run"), ("runn", "run"), ("RUNS", "runs"), ("folow", "follow"), ("cnacle", "cancel"),
            ("PROT", "PORT"),
            ("REDISURL", "REDIS_URL"), ("REDIS_STRAEM", "REDIS_STREAM"), ("go", nil), ("", nil), ("r", nil),
            ("REDIS_MAXMEMORY", nil), (String(repeating: "run", count: 1000), nil),
        ]
    )
    func nearest(word: String, name: String?) {
        #expect(Spelling.nearest(to: word, in: Self.names) == name)
    }
}

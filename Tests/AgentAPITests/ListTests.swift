//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import FoundationEssentials
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("GET /api/agents")
struct ListTests {
    private struct Page: Decodable {
        var runs: [Run]
        var next: String?
        var names: [String] { runs.map(\.requestID.rawValue) }
    }

    private func page(_ query: String, of api: RunningAgentAPI) async throws -> Page {
        let answer = try await api.get("/api/agents\(query)")
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(Page.self, from: Data(answer.body))
    }

    @Test("Lists runs, the newest first, by status, session and batch")
    func filters() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url) { api in
                    #expect(try await page("", of: api).names.isEmpty)
                    // One after the other, since runs of the same millisecond may be listed in any order.
                    for (id, body) in [
                        ("one", #"{"task":"dance","request_id":"one"}"#),
                        ("two", #"{"task":"dance","request_id":"two","session_id":"s"}"#),
                        ("three", #"{"task":"go to \#(site.url("/links"))","request_id":"three","batch_id":"b"}"#),
                    ] {
                        #expect(try await api.post(body).status == 200)
                        _ = try await api.finishedRun(id)
                    }
                    #expect(try await page("", of: api).names == ["three", "two", "one"])
                    #expect(try await page("?status=failed", of: api).names == ["two", "one"])
                    #expect(try await page("?status=completed", of: api).names == ["three"])
                    #expect(try await page("?status=running", of: api).names.isEmpty)
                    #expect(try await page("?session_id=s", of: api).names == ["two"])
                    #expect(try await page("?session_id=one", of: api).names == ["one"])
                    #expect(try await page("?batch_id=b", of: api).names == ["three"])
                    #expect(try await page("?batch_id=b&status=failed", of: api).names.isEmpty)
                    let three = try await page("?limit=1", of: api).runs.first
                    #expect(three == (try await api.run("three")))
                }
            }
        }
    }

    @Test("Continues page by page, past expired runs, and shows each run once")
    func pages() async throws {
        try await withRedisServer { redis in
            let settings = ["AGENT_QUEUE_LIMIT": "400", "AGENT_CONCURRENCY": "8"]
            try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                let tasks = Array(repeating: #"{"task":"dance"}"#, count: 300).joined(separator: ",")
                #expect(
                    try await api.post(#"{"batch_id":"b","tasks":[\#(tasks)]}"#, to: "/api/agents/batch").status == 200
                )
                _ = try await api.finishedBatch("b")
                for number in [7, 42, 300] { _ = try await redis.cli("DEL", "{browser_use_logs:b.\(number)}:run") }
                var names: [String] = []
                var query = "?limit=70"
                for _ in 0..<10 {
                    let page = try await self.page(query, of: api)
                    names += page.names
                    guard let next = page.next else { break }
                    query = "?limit=70&after=\(next)"
                }
                let expected = (1...300).filter { ![7, 42, 300].contains($0) }.map { "b.\($0)" }
                #expect(names == expected)
                #expect(try await redis.cli("ZCARD", "{browser_use_logs}:runs") == "297")
            }
        }
    }

    @Test(
        "Names each invalid parameter",
        arguments: [
            ("status=done", ["status"], "timed_out"), ("limit=0", ["limit"], "1 to 200"),
            ("session_id=a%20b&batch_id=%C3%A4", ["session_id", "batch_id"], "a space"),
            ("after=nobody", ["after"], "must be a listed run"),
        ]
    )
    func refused(query: String, fields: [String], word: String) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answer = try await api.get("/api/agents?\(query)")
                #expect(answer.status == 422)
                let named = try JSONValue(parsing: answer.body)["errors"]?.array ?? []
                #expect(named.compactMap { $0["field"]?.string } == fields)
                #expect(answer.text.contains(word), "\(answer.text)")
            }
        }
    }

    @Test("Stops all runs of a batch that are not over")
    func cancelBatch() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url, settings: ["AGENT_CONCURRENCY": "1"]) { api in
                    let slow = #"{"task":"go to \#(site.url("/slow?ms=60000"))"}"#
                    let body = #"{"batch_id":"b","tasks":[{"task":"dance"},\#(slow),\#(slow)]}"#
                    #expect(try await api.post(body, to: "/api/agents/batch").status == 200)
                    try await eventually("the second to run") { try await api.run("b.2").status == .running }
                    #expect(try await api.get("/api/agents/batch/b", method: "DELETE").status == 202)
                    #expect(try await api.finishedBatch("b").counts == ["failed": 1, "cancelled": 2])
                    #expect(try await api.get("/api/agents/batch/b", method: "DELETE").status == 200)
                    #expect(try await api.get("/api/agents/batch/none", method: "DELETE").status == 404)
                }
            }
        }
    }
}

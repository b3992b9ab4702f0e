//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("POST /api/agents/batch")
struct BatchRequestTests {
    private static let path = "/api/agents/batch"
    private static let two = #"{"batch_id":"b","tasks":[{"task":"dance"},{"task":"sing","request_id":"mine"}]}"#

    /// A body that is rejected, and what the response must say.
    struct Refused: Sendable, CustomTestStringConvertible {
        var body: String
        var fields: [String]
        var words: [String] = []
        var testDescription: String { String(body.prefix(80)) }
    }

    private static let long = String(repeating: "b", count: 127)

    static let refused: [Refused] = [
        Refused(body: "[]", fields: [], words: ["object", "array"]),
        Refused(body: "{}", fields: ["batch_id", "tasks"], words: ["required"]),
        Refused(
            body: #"{"batch_id":"a b","tasks":{}}"#,
            fields: ["batch_id", "tasks"],
            words: ["a space", "an array"]
        ),
        Refused(body: #"{"batch_id":"b","tasks":[]}"#, fields: ["tasks"], words: ["0 elements; 1 to 1000"]),
        Refused(
            body:
                #"{"batch_id":"b","tasks":[\#(Array(repeating: #"{"task":"t"}"#, count: 1001).joined(separator: ","))]}"#,
            fields: ["tasks"],
            words: ["1001 elements; 1 to 1000"]
        ),
        Refused(
            body: #"{"batch_id":"b","tasks":[{"task":"t"},{"task":" "},7,{"task":"t","max_steps":0}]}"#,
            fields: ["tasks[1].task", "tasks[2]", "tasks[3].max_steps"],
            words: ["blank", "a number", "1 to 1000"]
        ),
        Refused(
            body: #"{"batch_id":"b","tasks":[{"task":"t"},{"task":"t","request_id":"b.1"}]}"#,
            fields: ["tasks[1].request_id"],
            words: ["the same as that of tasks[0]"]
        ),
        Refused(
            body: #"{"batch_id":"b","tasks":[{"task":"t","batch_id":"c"}]}"#,
            fields: ["tasks[0].batch_id"],
            words: ["that of the batch"]
        ),
        Refused(
            body: #"{"batch_id":"\#(Self.long)","tasks":[{"task":"t"}]}"#,
            fields: ["tasks[0].request_id"],
            words: ["129 characters"]
        ),
        Refused(
            body: #"{"batch_id":"b","tasks":[{"task":"t","sensitive_data":[]}]}"#,
            fields: ["tasks[0].sensitive_data"],
            words: ["must be an object"]
        ),
    ]

    @Test("Is rejected with every invalid field named, and nothing is started", arguments: Self.refused)
    func refusal(_ refused: Refused) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answer = try await api.post(refused.body, to: Self.path)
                #expect(answer.status == 422, "\(answer.text)")
                let named = try JSONValue(parsing: answer.body)["errors"]?.array ?? []
                #expect(named.compactMap { $0["field"]?.string } == refused.fields, "\(answer.text)")
                for word in refused.words { #expect(answer.text.contains(word), "\(answer.text)") }
                #expect(
                    try await redis.cli("EXISTS", "{browser_use_logs}:runs", "{browser_use_logs:b}:batch-state") == "0"
                )
            }
        }
    }

    @Test("Responds with the runs, the same for the same body, and 409 for another")
    func repetition() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let first = try await api.post(Self.two, to: Self.path)
                #expect(first.status == 200, "\(first.text)")
                let answer = try JSONValue(parsing: first.body)
                #expect(answer["batch_id"]?.string == "b")
                #expect(answer["channel"]?.string == "{browser_use_logs:b}:batch")
                #expect(answer["stream_url"]?.string == "/api/v1/stream-logs/batch/b")
                let runs = answer["runs"]?.array ?? []
                #expect(runs.map { $0["request_id"]?.string } == ["b.1", "mine"])
                #expect(runs.map { $0["channel"]?.string } == ["browser_use_logs:b.1", "browser_use_logs:mine"])
                #expect(runs.allSatisfy { $0["status"]?.string == "queued" })

                let batch = try await api.finishedBatch("b")
                #expect(batch.isSealed)
                #expect(batch.counts == ["failed": 2])
                #expect(batch.runs.map(\.task) == ["dance", "sing"])
                #expect(batch.runs.map(\.batchID?.rawValue) == ["b", "b"])

                let again = try await api.post(Self.two, to: Self.path)
                #expect(again.status == 200)
                #expect(again.text == first.text)
                let other = try await api.post(#"{"batch_id":"b","tasks":[{"task":"dance"}]}"#, to: Self.path)
                #expect(other.status == 409)
                #expect(other.text.contains("batch_id"))
                let length = try await redis.cli("XLEN", "{browser_use_logs:b}:batch")
                let records = try await self.records(redis)
                #expect(length == "\(records + 1)")
            }
            // Another process knows it too.
            try await withAgentAPI(redisURL: redis.url) { api in
                let again = try await api.post(Self.two, to: Self.path)
                #expect(again.status == 200)
                #expect(try await api.batch("b").isOver)
                #expect(try await api.get("/api/agents/batch/none").status == 404)
            }
        }
    }

    private func records(_ redis: RedisServer) async throws -> Int {
        try await RunStream(redis, "b.1").entries.count + RunStream(redis, "mine").entries.count
    }

    @Test("Sent twenty times at once starts each run once")
    func atOnce() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 1...20 { group.addTask { try await api.post(Self.two, to: Self.path).text } }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(answers.count == 1, "\(answers)")
                #expect(try await api.finishedBatch("b").runs.count == 2)
                for run in ["b.1", "mine"] { #expect(try await RunStream(redis, run).isWholeAndEnded) }
            }
        }
    }

    @Test("Starts nothing at all when one of its names is taken")
    func allOrNothing() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                #expect(try await api.post(#"{"task":"dance","request_id":"mine"}"#).status == 200)
                _ = try await api.finishedRun("mine")
                let answer = try await api.post(Self.two, to: Self.path)
                #expect(answer.status == 409)
                #expect(answer.text.contains("tasks[1].request_id"))
                #expect(try await api.get("/api/agents/b.1").status == 404)
                #expect(try await api.get("/api/agents/batch/b").status == 404)
            }
        }
    }

    @Test("Starts nothing at all if there is no room for all of it, and says if there never will be")
    func places() async throws {
        let settings = ["AGENT_CONCURRENCY": "1", "AGENT_QUEUE_LIMIT": "3"]
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                    let slow = #"{"task":"go to \#(site.url("/slow?ms=20000"))","request_id":"slow"}"#
                    #expect(try await api.post(slow).status == 200)
                    let four = Array(repeating: #"{"task":"dance"}"#, count: 4)
                    let full = try await api.post(
                        #"{"batch_id":"b","tasks":[\#(four.joined(separator: ","))]}"#,
                        to: Self.path
                    )
                    #expect(full.status == 429, "\(full.text)")
                    #expect(full.headers["Retry-After"] != nil)
                    let five = four + [#"{"task":"dance"}"#]
                    let never = try await api.post(
                        #"{"batch_id":"b","tasks":[\#(five.joined(separator: ","))]}"#,
                        to: Self.path
                    )
                    #expect(never.status == 422)
                    #expect(never.text.contains("AGENT_QUEUE_LIMIT"))
                    #expect(try await api.get("/api/agents/b.1").status == 404)
                    #expect(try await api.get("/api/agents/slow", method: "DELETE").status == 202)
                    _ = try await api.finishedRun("slow")
                }
            }
        }
    }
}

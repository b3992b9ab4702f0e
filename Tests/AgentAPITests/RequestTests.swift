//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// Protocol, sections 1 and 4: invalid input gets a clear error that names what is wrong and what is allowed.
@Suite("POST /api/agents")
struct RequestTests {
    /// A body that is rejected, and what the response must say.
    struct Refused: Sendable, CustomTestStringConvertible {
        var what: String
        var body: String
        var status: Int
        var fields: [String] = []
        var words: [String] = []
        var testDescription: String { what }
    }

    private static let long = String(repeating: "a", count: 129)

    static let refused: [Refused] = [
        Refused(what: "broken JSON", body: #"{"task":"#, status: 400, words: ["not valid JSON"]),
        Refused(what: "an empty body", body: "", status: 400, words: ["empty"]),
        Refused(what: "an array", body: "[]", status: 422, words: ["object", "array"]),
        Refused(
            what: "no request_id",
            body: #"{"task":"t"}"#,
            status: 422,
            fields: ["request_id"],
            words: ["required"]
        ),
        Refused(what: "no task", body: #"{"request_id":"r"}"#, status: 422, fields: ["task"], words: ["required"]),
        Refused(what: "nothing at all", body: "{}", status: 422, fields: ["task", "request_id"]),
        Refused(what: "a blank task", body: #"{"task":" \n","request_id":"r"}"#, status: 422, fields: ["task"]),
        Refused(
            what: "an identifier with a newline",
            body: #"{"task":"t","request_id":"a\nb"}"#,
            status: 422,
            fields: ["request_id"],
            words: ["a line break at position 2", "1 to 128 characters"]
        ),
        Refused(
            what: "an identifier of 129 characters",
            body: #"{"task":"t","request_id":"\#(Self.long)"}"#,
            status: 422,
            fields: ["request_id"],
            words: ["129 characters"]
        ),
        Refused(
            what: "pictures by a word",
            body: #"{"task":"t","request_id":"r","screenshots":"yes"}"#,
            status: 422,
            fields: ["screenshots"],
            words: ["must be true or false, not a string"]
        ),
        Refused(
            what: "an empty session",
            body: #"{"task":"t","request_id":"r","session_id":""}"#,
            status: 422,
            fields: ["session_id"],
            words: ["is empty"]
        ),
        Refused(
            what: "several fields at once",
            body: #"{"task":7,"request_id":"ä","batch_id":"a b","max_steps":0,"timeout_seconds":"x","planner":"p"}"#,
            status: 422,
            fields: ["task", "request_id", "batch_id", "max_steps", "timeout_seconds", "planner"],
            words: ["a number", "outside of ASCII", "a space", "1 to 1000", "1 to 86400", "auto, llm, instructions"]
        ),
        Refused(
            what: "domains that are none",
            body: #"{"task":"t","request_id":"r","allowed_domains":["example.com","*","a.b/c",7]}"#,
            status: 422,
            fields: ["allowed_domains[1]", "allowed_domains[2]", "allowed_domains[3]"],
            words: ["allows every host", "has a path", "not a number", "*.example.com"]
        ),
        Refused(
            what: "no domains",
            body: #"{"task":"t","request_id":"r","allowed_domains":[]}"#,
            status: 422,
            fields: ["allowed_domains"],
            words: ["1 to 200 elements"]
        ),
        Refused(
            what: "a domain in place of a list",
            body: #"{"task":"t","request_id":"r","allowed_domains":"example.com"}"#,
            status: 422,
            fields: ["allowed_domains"],
            words: ["list of strings, not a string"]
        ),
    ]

    @Test("Is rejected with every invalid field named, and nothing is started", arguments: Self.refused)
    func refusal(_ refused: Refused) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answer = try await api.post(refused.body)
                #expect(answer.status == refused.status, "\(answer.text)")
                #expect(answer.headers["Content-Type"] == "application/problem+json")
                let problem = try JSONValue(parsing: answer.body)
                #expect(problem["status"]?.integer == refused.status)
                var fields: [String] = []
                if case .array(let errors)? = problem["errors"] { fields = errors.compactMap { $0["field"]?.string } }
                #expect(fields == refused.fields)
                for word in refused.words { #expect(answer.text.contains(word), "\(answer.text)") }
                #expect(
                    try await redis.cli("EXISTS", "{browser_use_logs}:runs", "{browser_use_logs}:unfinished") == "0"
                )
            }
        }
    }

    @Test("A body of 2 MiB is rejected with 413, whether its length is announced or not")
    func tooLarge() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let task = String(repeating: "a", count: 2 << 20)
                let answer = try await api.post(#"{"task":"\#(task)","request_id":"r"}"#)
                #expect(answer.status == 413)
                #expect(answer.text.contains("1 MiB"))
                #expect(try await api.get("/healthz").status == 200)
            }
        }
    }

    @Test("Another media type is rejected with 415, and so is a missing one")
    func mediaType() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answer = try await api.post("{}", contentType: "text/plain")
                #expect(answer.status == 415)
                #expect(answer.text.contains("application/json, not text"))
                #expect(try await api.post("{}", contentType: nil).status == 415)
                #expect(try await api.post("\u{FEFF}{}").status == 422, "a byte order mark is passed over")
                #expect(try await api.post("{}", contentType: "application/json; charset=utf-8").status == 422)
            }
        }
    }

    @Test("An unknown run and an unknown path are 404")
    func notFound() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let unknown = try await api.get("/api/agents/nobody")
                #expect(unknown.status == 404)
                #expect(unknown.text.contains("no run nobody"))
                #expect(try await api.get("/api/agents/nobody", method: "DELETE").status == 404)
                #expect(try await api.get("/nowhere").status == 404)
                #expect(try await api.get("/api/agents/a%20b").status == 422)
            }
        }
    }
}

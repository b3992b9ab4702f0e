//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("A repeated request_id")
struct RepetitionTests {
    private static let body = #"{"task":"dance","request_id":"again:1"}"#

    @Test("With the same body gets the same response and starts no second run; with another body it is a conflict")
    func repetition() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let first = try await api.post(Self.body)
                #expect(first.status == 200)
                let run = try await api.finishedRun("again:1")
                // The planner does not understand the task, so the run fails, and says so.
                #expect(run.status == .failed)
                #expect(run.error?.contains("dance") == true)
                let records = try await redis.cli("XLEN", "browser_use_logs:again:1")

                let second = try await api.post(#"{ "request_id": "again:1", "task": "dance", "unknown": 1 }"#)
                #expect(second.status == 200)
                #expect(second.text == first.text)
                let other = try await api.post(#"{"task":"sing","request_id":"again:1"}"#)
                #expect(other.status == 409)
                #expect(other.text.contains("again:1"))
                #expect(try await redis.cli("XLEN", "browser_use_logs:again:1") == records)
            }
        }
    }

    @Test("Is recognised by another agent-api, and by one that was restarted")
    func acrossProcesses() async throws {
        try await withRedisServer { redis in
            let first = try await withAgentAPI(redisURL: redis.url) { api in
                let answer = try await api.post(Self.body)
                _ = try await api.finishedRun("again:1")
                return answer.text
            }
            try await withAgentAPI(redisURL: redis.url) { api in
                let again = try await api.post(Self.body)
                #expect(again.text == first)
                #expect(try await api.run("again:1").status == .failed)
            }
        }
    }

    @Test("Sent twenty times at once starts one run")
    func atOnce() async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url) { api in
                let answers = try await withThrowingTaskGroup(of: String.self) { group in
                    for _ in 1...20 {
                        group.addTask { try await api.post(Self.body).text }
                    }
                    return try await group.reduce(into: Set<String>()) { $0.insert($1) }
                }
                #expect(answers.count == 1, "\(answers)")
                _ = try await api.finishedRun("again:1")
                try await eventually("the end record") {
                    try await redis.cli("XREVRANGE", "browser_use_logs:again:1", "+", "-", "COUNT", "1").contains("end")
                }
                let entries = try await redis.cli("XRANGE", "browser_use_logs:again:1", "-", "+")
                #expect(entries.split(separator: "\n").filter { $0 == "end" }.count == 1)
            }
        }
    }
}

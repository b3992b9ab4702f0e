//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

/// The guarantee of a batch's stream while every component behind it is killed.
@Suite("A batch")
struct BatchUnderFailureTests {
    @Test("Reaches a viewer that drops and resumes completely, once and in order, while writers and Redis are killed")
    func killed() async throws {
        let client = HTTPClient()
        do {
            try await self.killed(client)
            await client.shutdown()
        } catch {
            await client.shutdown()
            throw error
        }
    }

    private func killed(_ client: HTTPClient) async throws {
        try await withTemporaryDirectory { directory in
            try await withDemoSite { site in
                try await withRedisServer(options: ["--appendonly", "yes", "--appendfsync", "always"]) { redis in
                    func agentAPI(_ name: String) async throws -> AgentAPIProcess {
                        let settings = [
                            "SPOOL_DIRECTORY": directory.file(name), "AGENT_CONCURRENCY": "4",
                            "AGENT_QUEUE_LIMIT": "1000", "AGENT_LEASE_SECONDS": "6",
                        ]
                        return try await AgentAPIProcess(
                            redis: redis,
                            directory: directory,
                            settings: settings,
                            client: client
                        )
                    }
                    let first = try await agentAPI("a")
                    let second = try await agentAPI("b")
                    // A few that are certainly running when their process is killed, and many that end quickly.
                    let slow = #"{"task":"go to \#(site.url("/links")) and wait 20 seconds"}"#
                    let tasks = [slow, slow] + Array(repeating: #"{"task":"dance"}"#, count: 248)
                    let body = #"{"batch_id":"b","tasks":[\#(tasks.joined(separator: ","))]}"#
                    try await withGateway(redisURL: redis.url) { gateway in
                        async let seen = watch(gateway)
                        #expect(try await first.api.post(body, to: "/api/agents/batch").status == 200)
                        try await untilEnded(30, of: second.api)
                        try await redis.kill()
                        try await redis.start()
                        try await untilEnded(60, of: second.api)
                        try await first.process.killGroup()
                        let batch = try await second.api.finishedBatch("b", timeout: .seconds(300))
                        let records = try await seen
                        #expect(records.faults.isEmpty, "\(records.faults.prefix(5))")
                        #expect(records.ends.count == 250)
                        #expect(records.end?.outcome.runs == 250)
                        #expect(records.ends == Dictionary(uniqueKeysWithValues: batch.runs.map { ($0.id, $0.status) }))
                        let stored = try await redis.cli("XLEN", "{browser_use_logs:b}:batch")
                        #expect("\(records.count + 1)" == stored)
                    }
                }
            }
        }
    }

    private func untilEnded(_ count: Int, of api: RunningAgentAPI) async throws {
        try await eventually("\(count) runs to end") {
            try await api.batch("b").runs.count { $0.status.isFinal } >= count
        }
    }

    /// A viewer that disconnects repeatedly until it has seen the end.
    private func watch(_ gateway: RunningGateway) async throws -> BatchRecords {
        var records = BatchRecords()
        while records.end == nil {
            try await gateway.withViewer(ofBatch: "b", lastEventID: records.lastEventID) { viewer in
                let enough = Int.random(in: 2...150)
                try await viewer.waits(for: "some events", timeout: .seconds(300)) { viewer in
                    viewer.isOver || viewer.rawEvents.count >= enough
                }
                records.take(viewer.rawEvents)
            }
        }
        return records
    }
}

extension Run {
    fileprivate var id: String { requestID.rawValue }
}

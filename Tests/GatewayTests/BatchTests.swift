//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

@Suite("A batch's stream over HTTP")
struct BatchTests {
    /// Tasks that the planner rejects end at once, without a browser.
    private func body(_ batchID: String, count: Int) -> String {
        let tasks = Array(repeating: #"{"task":"dance"}"#, count: count).joined(separator: ",")
        return #"{"batch_id":"\#(batchID)","tasks":[\#(tasks)]}"#
    }

    private func withBoth(
        redisOptions: [String] = [],
        _ body: (RedisServer, RunningAgentAPI, RunningGateway) async throws -> Void
    ) async throws {
        let settings = ["AGENT_CONCURRENCY": "8", "AGENT_QUEUE_LIMIT": "1000"]
        try await withServices(redisOptions: redisOptions, settings: settings, body)
    }

    @Test("Waits for a batch that does not exist yet, shows it all live, closes after its end, and then says 204")
    func live() async throws {
        try await withBoth { _, api, gateway in
            let lastID = try await gateway.withViewer(ofBatch: "b") { viewer in
                try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                guard case .connected(let connected) = viewer.events.first else {
                    throw TestFailure("The first event is \(viewer.text)")
                }
                #expect(connected.subject == .batch(try Identifier("b")))
                #expect(try await api.post(body("b", count: 5), to: "/api/agents/batch").status == 200)
                try await viewer.waits(for: "the end of the connection") { $0.isOver }
                var records = BatchRecords()
                records.take(viewer.rawEvents)
                #expect(records.faults.isEmpty, "\(records.faults)")
                #expect(records.ends.values.allSatisfy { $0 == .failed })
                #expect(records.ends.count == 5)
                #expect(records.end?.outcome == BatchOutcome(runs: 5, failed: 5))
                #expect(records.end?.channel == "{browser_use_logs:b}:batch")
                return viewer.lastEventID
            }
            let headers: HTTPClient.Headers = ["Last-Event-ID": lastID]
            let again = try await gateway.client.request(.init(gateway.batchURL("b"), headers: headers))
            #expect(again.status == 204)
            let bad = try await gateway.client.request(.init(gateway.batchURL("b%20c")))
            #expect(bad.status == 422)
        }
    }

    @Test(
        "Shows 300 runs on one connection; one that drops repeatedly resumes by one id, here or at another gateway"
    )
    func resumed() async throws {
        try await withBoth { redis, api, gateway in
            var records = BatchRecords()
            #expect(try await api.post(body("b", count: 300), to: "/api/agents/batch").status == 200)
            var connections = 0
            try await withGateway(redisURL: redis.url) { other in
                while records.end == nil {
                    connections += 1
                    let either = connections % 2 == 0 ? other : gateway
                    try await either.withViewer(ofBatch: "b", lastEventID: records.lastEventID) { viewer in
                        // Reads up to some hundred events and drops the connection. Later events are not counted, since
                        // with them this connection might be the only one.
                        let enough = Int.random(in: 2...250)
                        try await viewer.waits(for: "some events") { $0.isOver || $0.rawEvents.count >= enough }
                        records.take(Array(viewer.rawEvents.prefix(enough)))
                    }
                }
            }
            #expect(connections > 1)
            #expect(records.faults.isEmpty, "\(records.faults.prefix(5))")
            #expect(records.ends.count == 300)
            #expect(records.end?.outcome.failed == 300)
        }
    }

    @Test("With a level filter, shows what is severe enough, and each end")
    func filtered() async throws {
        try await withBoth { _, api, gateway in
            #expect(try await api.post(body("b", count: 3), to: "/api/agents/batch").status == 200)
            _ = try await api.finishedBatch("b")
            try await gateway.withViewer(ofBatch: "b", query: "?level=critical") { viewer in
                try await viewer.waits(for: "the end of the connection") { $0.isOver }
                #expect(viewer.messages.isEmpty)
                let ends = viewer.events.count { if case .end = $0 { true } else { false } }
                #expect(ends == 3)
                #expect(viewer.batchEnd != nil)
            }
        }
    }

    @Test("Continues where it was after Redis is killed and restarted")
    func redisRestarted() async throws {
        try await withBoth(redisOptions: ["--appendonly", "yes", "--appendfsync", "always"]) {
            redis,
            api,
            gateway in
            try await gateway.withViewer(ofBatch: "b") { viewer in
                #expect(try await api.post(body("b", count: 200), to: "/api/agents/batch").status == 200)
                try await viewer.waits(for: "the first records") { $0.rawEvents.count > 20 }
                try await redis.kill()
                try await redis.start()
                try await viewer.waits(for: "the end of the connection", timeout: .seconds(300)) { $0.isOver }
                var records = BatchRecords()
                records.take(viewer.rawEvents)
                #expect(records.faults.isEmpty, "\(records.faults.prefix(5))")
                #expect(records.ends.count == 200)
                #expect(records.end?.outcome.runs == 200)
            }
        }
    }

    @Test("Is the same if nothing is published, or only the bare text", arguments: ["LOG_PUBSUB", "LOG_PUBSUB_JSON"])
    func publishingOff(setting: String) async throws {
        try await withRedisServer { redis in
            try await withAgentAPI(redisURL: redis.url, settings: [setting: "0"]) { api in
                try await withGateway(redisURL: redis.url, settings: [setting: "0"]) { gateway in
                    try await gateway.withViewer(ofBatch: "b") { viewer in
                        try await viewer.waits(for: "the first event") { !$0.events.isEmpty }
                        #expect(try await api.post(body("b", count: 20), to: "/api/agents/batch").status == 200)
                        try await viewer.waits(for: "the end of the connection") { $0.isOver }
                        var records = BatchRecords()
                        records.take(viewer.rawEvents)
                        #expect(records.faults.isEmpty, "\(records.faults)")
                        #expect(records.ends.count == 20)
                    }
                }
            }
        }
    }

    @Test("Reports trimmed records with one gap")
    func gap() async throws {
        try await withBoth { redis, api, gateway in
            #expect(try await api.post(body("b", count: 3), to: "/api/agents/batch").status == 200)
            _ = try await api.finishedBatch("b")
            let length = try #require(Int(try await redis.cli("XLEN", "{browser_use_logs:b}:batch")))
            _ = try await redis.cli("XTRIM", "{browser_use_logs:b}:batch", "MAXLEN", "4")
            try await gateway.withViewer(ofBatch: "b") { viewer in
                try await viewer.waits(for: "the end of the connection") { $0.isOver }
                let gaps = viewer.events.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
                #expect(gaps.count == 1)
                #expect(gaps.first?.subject == .batch(try Identifier("b")))
                #expect(gaps.first?.missed == length - 4)
                #expect(viewer.batchEnd != nil)
            }
        }
    }
}

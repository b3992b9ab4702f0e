//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServiceTesting
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("The changes of all runs")
struct ChangeStreamTests {
    @Test("Are told to all viewers, those that are kept and those that come")
    func live() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await redis.change("r1", "queued", "task", "dance")
            try await gateway.withViewerOfChanges { first in
                try await first.waits(forChanges: ["r1 queued"])
                try await gateway.withViewerOfChanges(query: "?from=now") { second in
                    try await second.waits(for: "the connected event") { !$0.changeEvents.isEmpty }
                    try await redis.change("r1", "running", "was", "queued")
                    try await first.waits(forChanges: ["r1 queued", "r1 running"])
                    try await second.waits(forChanges: ["r1 running"])
                    #expect(first.changes.first?.task == "dance")
                    #expect(second.changes.first?.was == .queued)
                    let headers = second.head.headers
                    #expect(headers["content-type"] == "text/event-stream; charset=utf-8")
                    #expect(headers["cache-control"] == "no-cache, no-transform")
                    #expect(headers["x-accel-buffering"] == "no")
                }
            }
        }
    }

    @Test("Are resumed by id, also at another gateway, each once and in order")
    func resumed() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await withGateway(redisURL: redis.url) { other in
                var seen: [Int] = []
                var last: String?
                for round in 0..<6 {
                    for step in 0..<20 {
                        let steps = "\(round * 20 + step)"
                        _ = try await redis.cli(
                            "XADD",
                            RedisServer.changes,
                            "*",
                            "request_id",
                            "r1",
                            "status",
                            "running",
                            "steps",
                            steps
                        )
                    }
                    let next = round.isMultiple(of: 2) ? gateway : other
                    try await next.withViewerOfChanges(lastEventID: last) { viewer in
                        // Leaves in the middle of a round, and after all of it.
                        let count = round == 5 ? 120 - seen.count : 17
                        try await viewer.waits(for: "\(count) changes") { $0.changes.count >= count }
                        let changes = viewer.changes.map(\.steps)
                        seen += changes
                        last = viewer.lastEventID
                        #expect(viewer.gaps.isEmpty)
                    }
                }
                #expect(seen == Array(0..<120))
            }
        }
    }

    @Test("Are filtered by status, batch and session; that a run leaves a status is told too")
    func filters() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await gateway.withViewerOfChanges(query: "?status=running") { running in
                try await gateway.withViewerOfChanges(query: "?batch_id=b1&status=completed,failed") { batch in
                    try await gateway.withViewerOfChanges(query: "?session_id=s1") { session in
                        try await redis.change("r1", "queued", "batch_id", "b1")
                        try await redis.change("r1", "running", "was", "queued", "batch_id", "b1")
                        try await redis.change("r2", "queued", "session_id", "s1")
                        try await redis.change("r1", "failed", "was", "running", "batch_id", "b1")
                        let last = try await redis.change("r2", "cancelled", "was", "queued", "session_id", "s1")
                        try await running.waits(forChanges: ["r1 running", "r1 failed"])
                        try await batch.waits(forChanges: ["r1 failed"])
                        try await session.waits(forChanges: ["r2 queued", "r2 cancelled"])
                        // What a viewer does not want to see moves its place all the same.
                        for viewer in [running, batch, session] {
                            try await viewer.waits(for: "the last id") { $0.lastEventID == last }
                        }
                    }
                }
            }
        }
    }

    @Test("The snapshot has the runs that have not ended, and what comes later follows it")
    func snapshot() async throws {
        try await withRedisAndGateway { redis, gateway in
            var waiting = Run(
                RunRequest(task: "wait", requestID: try Identifier("waiting")),
                channel: "c",
                createdAt: Timestamp(milliseconds: 1_758_450_600_000)
            )
            var ended = Run(
                RunRequest(task: "end", requestID: try Identifier("ended")),
                channel: "c",
                createdAt: .now()
            )
            ended.status = .completed
            for run in [ended, waiting] {
                let json = String(decoding: run.json, as: UTF8.self)
                try await redis.cli("HSET", "{browser_use_logs:\(run.requestID)}:run", "run", json)
                try await redis.cli("ZADD", "{browser_use_logs}:unfinished", "1", run.requestID.rawValue)
            }
            try await redis.cli("ZADD", "{browser_use_logs}:unfinished", "1", "expired")
            let before = try await redis.change("waiting", "queued")
            try await gateway.withViewerOfChanges(query: "?from=unfinished") { viewer in
                try await viewer.waits(for: "the snapshot") { viewer in
                    viewer.changeEvents.contains { if case .snapshot(runs: 1, _) = $0 { true } else { false } }
                }
                #expect(viewer.changes.map(\.requestID.rawValue) == ["waiting"])
                #expect(viewer.changes.first?.createdAt == waiting.createdAt)
                #expect(viewer.lastEventID == before)
                try await redis.change("waiting", "running", "was", "queued")
                try await viewer.waits(forChanges: ["waiting queued", "waiting running"])
            }
            // With a filter, and a last id in place of a snapshot.
            waiting.status = .running
            try await gateway.withViewerOfChanges(query: "?from=unfinished&status=running") { viewer in
                try await viewer.waits(for: "the snapshot") {
                    $0.text.contains(#""type":"snapshot","data":{"runs":0}"#)
                }
            }
            try await gateway.withViewerOfChanges(query: "?from=unfinished", lastEventID: before) { viewer in
                try await viewer.waits(forChanges: ["waiting running"])
                #expect(!viewer.text.contains("snapshot"))
            }
        }
    }

    @Test("Entries of others are passed over")
    func foreignEntries() async throws {
        try await withRedisAndGateway { redis, gateway in
            try await redis.cli("XADD", RedisServer.changes, "*", "request_id", "a\nb", "status", "queued")
            try await redis.cli("XADD", RedisServer.changes, "*", "msg", "hello")
            let last = try await redis.change("r1", "queued", "task", "\u{1b}[31m\n\"quoted\"")
            try await gateway.withViewerOfChanges { viewer in
                try await viewer.waits(forChanges: ["r1 queued"])
                #expect(viewer.lastEventID == last)
                #expect(viewer.changes.first?.task == "\u{1b}[31m\n\"quoted\"")
            }
        }
    }

    @Test("What is not allowed is refused with each field, and HEAD, hosts and origins are as for other streams")
    func requests() async throws {
        try await withRedisAndGateway { _, gateway in
            let url = gateway.url("/api/v1/stream-runs")
            let query = "?from=here&status=running,dancing&batch_id=a%20b&session_id="
            let refused = try await gateway.client.request(.init(url + query))
            #expect(refused.status == 422)
            for field in ["from", "status", "batch_id", "session_id"] {
                #expect(refused.text.contains(#""field":"\#(field)""#), "\(refused.text)")
            }
            let head = try await gateway.client.request(.init(url, method: "HEAD"))
            #expect(head.status == 200)
            #expect(head.headers["content-type"] == "text/event-stream; charset=utf-8")
            #expect(try await gateway.client.request(.init(url, method: "POST")).status == 405)
            let foreign = try await gateway.client.request(.init(url, headers: ["Host": "evil.example"]))
            #expect(foreign.status == 421)
            for (origin, allowed) in [("http://localhost:5000", true), ("http://evil.example", false)] {
                let answer = try await gateway.client.request(.init(url, method: "HEAD", headers: ["Origin": origin]))
                #expect((answer.headers["access-control-allow-origin"] == origin) == allowed)
            }
        }
    }

    @Test("A viewer that has gone leaves its place to another")
    func places() async throws {
        let settings = ["MAX_VIEWERS": "1", "HEARTBEAT_SECONDS": "0.1"]
        try await withRedisAndGateway(settings: settings) { _, gateway in
            let request = HTTPClient.Request(gateway.url("/api/v1/stream-runs"))
            try await gateway.withViewerOfChanges { viewer in
                try await viewer.waits(for: "the connected event") { !$0.changeEvents.isEmpty }
                let refused = try await gateway.client.request(request)
                #expect(refused.status == 429)
                #expect(refused.headers["retry-after"] == "5")
            }
            try await eventually("the place to be free") {
                try await gateway.client.request(.init(gateway.url("/api/v1/stream-runs"), method: "HEAD")).status
                    == 200
            }
        }
    }

    @Test("A gateway that is told to stop lets its viewers go")
    func shutdown() async throws {
        try await withRedisServer { redis in
            try await GatewayProcess.with(redisURL: redis.url, settings: ["SHUTDOWN_SPREAD_SECONDS": "0.2"]) {
                process in
                try await withHTTPClient { client in
                    let gateway = RunningGateway(port: process.port, client: client)
                    try await gateway.withViewerOfChanges { viewer in
                        try await viewer.waits(for: "the connected event") { !$0.changeEvents.isEmpty }
                        kill(process.process.pid, SIGTERM)
                        try await viewer.waits(for: "the end of the connection") { $0.isOver }
                        try await eventually("the gateway to end") { !process.process.isRunning }
                    }
                }
            }
        }
    }
}

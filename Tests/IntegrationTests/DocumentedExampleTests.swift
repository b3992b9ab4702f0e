//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPStream
import ServerSentEvents
import ServiceTesting
import TestSupport
import Testing

/// The documented example, word for word, with real components.
@Suite("The documented example")
struct DocumentedExampleTests {
    private static let body = """
        {"task":"Go to google.com and search for hello world","session_id":"test-session-123",\
        "request_id":"my-test-request-123"}
        """
    private static let requestID = "my-test-request-123"
    private static let key = "browser_use_logs:my-test-request-123"

    @Test("A task posted to agent-api is seen live, step by step, at the gateway, in the stream and on the channel")
    func example() async throws {
        try await withDemoSite { site in
            try await withRedisServer { redis in
                try await withGateway(redisURL: redis.url) { gateway in
                    let settings = ["BROWSER_ARGS": "'--host-resolver-rules=MAP google.com 127.0.0.1:\(site.port)'"]
                    try await withAgentAPI(redisURL: redis.url, settings: settings) { api in
                        try await run(redis, gateway, api)
                    }
                }
            }
        }
    }

    private func run(_ redis: RedisServer, _ gateway: RunningGateway, _ api: RunningAgentAPI) async throws {
        let channel = try ChannelRecorder(redis, channel: Self.key)
        try await channel.waitUntilSubscribed()
        try await gateway.withViewer(of: Self.requestID) { viewer in
            try await viewer.waits(for: "the connected event") { !$0.events.isEmpty }
            #expect(try await redis.cli("PUBSUB", "CHANNELS", "browser_use_logs:*") == Self.key)

            let answer = try await api.post(Self.body)
            try Self.check(answer)
            try await viewer.waits(for: "the end", timeout: .seconds(240)) { $0.end != nil && $0.isOver }
            try await channel.waitForPayloads(viewer.records.count)

            try Self.checkEvents(of: viewer)
            try await Self.checkStream(redis, against: viewer)
            Self.checkPayloads(channel.payloads, against: viewer)
            try await Self.checkReconnect(gateway, viewer)
        }
        let run = try await api.finishedRun(Self.requestID)
        #expect(run.status == .completed)
        #expect(run.steps == 2)
        #expect(run.sessionID.rawValue == "test-session-123")
        #expect(run.result?.contains("hello world") == true)
    }

    private static func check(_ answer: HTTPClient.Response) throws {
        #expect(answer.status == 200)
        let accepted = try JSONValue(parsing: answer.body)
        let createdAt = try #require(accepted["created_at"]?.string)
        #expect(
            answer.text == """
                {"request_id":"my-test-request-123","session_id":"test-session-123","status":"queued",\
                "channel":"browser_use_logs:my-test-request-123",\
                "stream_url":"/api/v1/stream-logs/request/my-test-request-123","created_at":"\(createdAt)"}
                """
        )
    }

    /// Checks that every event is the documented JSON to the byte, with the id of its entry.
    private static func checkEvents(of viewer: TestViewer) throws {
        #expect(viewer.head.headers["Content-Type"] == "text/event-stream; charset=utf-8")
        #expect(viewer.head.headers["Cache-Control"] == "no-cache, no-transform")
        #expect(viewer.head.headers["X-Accel-Buffering"] == "no")
        #expect(viewer.text.hasPrefix("retry: "))

        let raw = viewer.rawEvents
        guard case .connected(let connected) = viewer.events.first else {
            Issue.record("the first event is not connected: \(raw.first?.data ?? "none")")
            return
        }
        #expect(
            raw[0].data == """
                {"type":"connected","request_id":"my-test-request-123",\
                "message":"Connected to logs for request my-test-request-123",\
                "channel":"browser_use_logs:my-test-request-123","timestamp":"\(connected.timestamp.iso8601)"}
                """
        )
        #expect(raw[0].id == nil)
        let first = try #require(raw.first { $0.data.contains("📍 Step 1") })
        guard case .log(let log, _) = StreamEvent(json: first.data.utf8) else {
            Issue.record("not a log event: \(first.data)")
            return
        }
        let time = log.timestamp.iso8601
        #expect(
            first.data == """
                {"type":"log","data":{"level":"INFO","message":"📍 Step 1: Navigate to google.com",\
                "source":"browser-agent","request_id":"my-test-request-123","timestamp":"\(time)",\
                "log_source":"logger","seq":2,"step":1,"action":"navigate"},"timestamp":"\(time)",\
                "channel":"browser_use_logs:my-test-request-123"}
                """
        )
        let messages = viewer.messages
        for line in [
            "🎯 Task: Go to google.com and search for hello world", "📍 Step 1: Navigate to google.com",
            "🔗 Navigated to http://google.com/", "📍 Step 2: Search for hello world", "✅ Task completed successfully",
        ] {
            #expect(messages.contains(line), "\(messages)")
        }
        #expect(viewer.sequence == Array(1...messages.count))
        #expect(viewer.end?.outcome.status == .completed)
        #expect(viewer.end?.outcome.steps == 2)
        #expect(viewer.events.last.map { if case .end = $0 { true } else { false } } == true)
    }

    /// Checks that `XRANGE` shows `msg`, and each entry is the event with its id.
    private static func checkStream(_ redis: RedisServer, against viewer: TestViewer) async throws {
        let lines = try await redis.cli("XRANGE", Self.key, "-", "+").split(separator: "\n").map(String.init)
        let durable = viewer.records
        let ids = lines.filter { EntryID($0) != nil && $0.contains("-") }
        #expect(ids == durable.compactMap(\.id))
        let texts = lines.indices.dropLast().filter { lines[$0] == "msg" }.map { lines[$0 + 1] }
        #expect(Array(texts.prefix(viewer.messages.count)) == viewer.messages)
        #expect(try await redis.cli("KEYS", "browser_use_logs:*") == Self.key)
        let timeToLive = try #require(Int(try await redis.cli("TTL", Self.key)))
        #expect((86_300...86_400).contains(timeToLive))
    }

    /// Checks that the channel carries the five documented fields first, to the byte.
    private static func checkPayloads(_ payloads: [String], against viewer: TestViewer) {
        let durable = viewer.records
        #expect(payloads.count == durable.count)
        guard let payload = payloads.first(where: { $0.contains("📍 Step 1") }),
            let value = try? JSONValue(parsing: payload.utf8), case .number(let seconds)? = value["timestamp"],
            let timestamp = Timestamp(seconds: seconds)
        else {
            Issue.record("no payload of step 1 among \(payloads)")
            return
        }
        #expect(
            payload == """
                {"agent_name":"browser agent","msg":"📍 Step 1: Navigate to google.com",\
                "request_id":"my-test-request-123","timestamp":\(timestamp.secondsText),"source":"logger",\
                "level":"INFO","seq":2,"kind":"log","step":1,"action":"navigate",\
                "prev":"\(durable[0].id ?? "")","id":"\(durable[1].id ?? "")"}
                """
        )
    }

    /// Checks that a viewer that resumes at the end is told that there is nothing more.
    private static func checkReconnect(_ gateway: RunningGateway, _ viewer: TestViewer) async throws {
        let request = HTTPClient.Request(
            gateway.streamURL(Self.requestID),
            headers: ["Last-Event-ID": viewer.lastEventID]
        )
        #expect(try await gateway.client.request(request).status == 204)
    }
}

extension TestViewer {
    /// The records so far, without the heartbeats of a busy machine.
    fileprivate var records: [ServerSentEvent] {
        rawEvents.filter { event in
            ["log", "end"].contains { event.data.hasPrefix(#"{"type":"\#($0)""#) }
        }
    }
}

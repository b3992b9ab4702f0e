//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentLogs

@Suite("Events of the gateway")
struct StreamEventTests {
    private let requestID: Identifier
    private let channel = "browser_use_logs:my-test-request-123"
    private let timestamp = Timestamp(milliseconds: 1_758_450_600_000)

    init() throws {
        requestID = try Identifier("my-test-request-123")
    }

    private func record(_ message: String, kind: RecordKind = .log, data: JSONValue? = nil) -> LogRecord {
        LogRecord(
            message: message,
            requestID: requestID,
            timestamp: timestamp,
            seq: 1,
            kind: kind,
            data: data
        )
    }

    /// Expects the event to be these bytes, and reading them to give the same event.
    private func expect(
        _ event: StreamEvent,
        is json: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(String(decoding: event.json, as: UTF8.self) == json, sourceLocation: sourceLocation)
        #expect(StreamEvent(json: json.utf8)?.json == event.json, sourceLocation: sourceLocation)
    }

    @Test("connected")
    func connected() {
        expect(
            .connected(.init(.run(requestID), channel: channel, timestamp: timestamp)),
            is: #"{"type":"connected","request_id":"my-test-request-123","#
                + #""message":"Connected to logs for request my-test-request-123","#
                + #""channel":"browser_use_logs:my-test-request-123","timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("log, with the documented fields")
    func log() {
        expect(
            StreamEvent(record("📍 Step 1: Navigate to google.com"), channel: self.channel),
            is: #"{"type":"log","data":{"level":"INFO","message":"📍 Step 1: Navigate to google.com","#
                + #""source":"browser-agent","request_id":"my-test-request-123","timestamp":"2025-09-21T10:30:00.000Z","#
                + #""log_source":"logger","seq":1},"timestamp":"2025-09-21T10:30:00.000Z","#
                + #""channel":"browser_use_logs:my-test-request-123"}"#
        )
    }

    @Test("log, with all fields of a record")
    func fullLog() {
        var record = self.record("▶️ click", data: .object(["b": .integer(1), "a": .array([.null])]))
        record.level = .error
        record.agentName = "My Agent"
        record.source = "text"
        record.seq = nil
        record.step = 2
        record.action = "click"
        record.url = "https://example.com/"
        record.durationMilliseconds = 120
        expect(
            StreamEvent(record, channel: self.channel),
            is: #"{"type":"log","data":{"level":"ERROR","message":"▶️ click","source":"my-agent","#
                + #""request_id":"my-test-request-123","timestamp":"2025-09-21T10:30:00.000Z","log_source":"text","#
                + #""step":2,"action":"click","url":"https://example.com/","duration_ms":120,"#
                + #""data":{"a":[null],"b":1}},"timestamp":"2025-09-21T10:30:00.000Z","#
                + #""channel":"browser_use_logs:my-test-request-123"}"#
        )
    }

    @Test("A message of several lines is one line of JSON")
    func oneLine() {
        let event = StreamEvent(record("a\r\nb\u{0}\n\n\u{1B}[31m"), channel: channel)
        #expect(!event.json.contains { $0 < 0x20 })
        #expect(StreamEvent(json: event.json)?.json == event.json)
    }

    @Test("heartbeat")
    func heartbeat() {
        expect(
            .heartbeat(timestamp: self.timestamp),
            is: #"{"type":"heartbeat","timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("screenshot")
    func screenshot() {
        let address = "/api/agents/my-test-request-123/screenshots/1"
        var record = self.record("📷", kind: .screenshot, data: .object(["url": .string(address)]))
        record.step = 1
        record.url = "https://example.com/"
        expect(
            StreamEvent(record, channel: self.channel),
            is: #"{"type":"screenshot","data":{"request_id":"my-test-request-123","step":1,"#
                + #""url":"/api/agents/my-test-request-123/screenshots/1","seq":1},"#
                + #""timestamp":"2025-09-21T10:30:00.000Z","channel":"browser_use_logs:my-test-request-123"}"#
        )
    }

    @Test("gap, with the known fields")
    func gap() {
        expect(
            .gap(.init(.run(requestID), after: "1-0", before: "9-0", missed: 12, timestamp: timestamp)),
            is: #"{"type":"gap","data":{"request_id":"my-test-request-123","after":"1-0","before":"9-0","missed":12},"#
                + #""timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
        expect(
            .gap(.init(.run(requestID), after: nil, before: nil, missed: nil, timestamp: timestamp)),
            is: #"{"type":"gap","data":{"request_id":"my-test-request-123"},"timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("error")
    func error() {
        expect(
            .error(message: "Redis is away", timestamp: self.timestamp),
            is: #"{"type":"error","message":"Redis is away","timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
        expect(
            .error(message: "It has expired.", code: "token_expired", timestamp: self.timestamp),
            is:
                #"{"type":"error","code":"token_expired","message":"It has expired.","timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("end, of a run that completed and of one that failed")
    func end() {
        let completed = RunOutcome(status: .completed, result: "42", steps: 4)
        expect(
            StreamEvent(
                LogRecord.end(of: requestID, outcome: completed, at: self.timestamp),
                channel: self.channel
            ),
            is: #"{"type":"end","data":{"request_id":"my-test-request-123","status":"completed","result":"42","#
                + #""steps":4},"timestamp":"2025-09-21T10:30:00.000Z","channel":"browser_use_logs:my-test-request-123"}"#
        )
        let failed = RunOutcome(status: .timedOut, error: "too long", steps: 0)
        expect(
            StreamEvent(LogRecord.end(of: requestID, outcome: failed, at: self.timestamp), channel: self.channel),
            is: #"{"type":"end","data":{"request_id":"my-test-request-123","status":"timed_out","error":"too long","#
                + #""steps":0},"timestamp":"2025-09-21T10:30:00.000Z","channel":"browser_use_logs:my-test-request-123"}"#
        )
    }

    @Test("batch_end")
    func batchEnd() throws {
        expect(
            .batchEnd(
                .init(
                    batchID: try Identifier("b-1"),
                    outcome: BatchOutcome(runs: 7, completed: 4, failed: 1, cancelled: 2),
                    timestamp: self.timestamp,
                    channel: "{browser_use_logs:b-1}:batch"
                )
            ),
            is: #"{"type":"batch_end","data":{"batch_id":"b-1","runs":7,"completed":4,"failed":1,"cancelled":2,"#
                + #""timed_out":0},"timestamp":"2025-09-21T10:30:00.000Z","channel":"{browser_use_logs:b-1}:batch"}"#
        )
    }

    @Test("connected and gap of a batch name the batch")
    func batchEvents() throws {
        let batch = Subject.batch(try Identifier("b-1"))
        expect(
            .connected(.init(batch, channel: "{browser_use_logs:b-1}:batch", timestamp: timestamp)),
            is: #"{"type":"connected","batch_id":"b-1","message":"Connected to logs for batch b-1","#
                + #""channel":"{browser_use_logs:b-1}:batch","timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
        expect(
            .gap(.init(batch, after: "1-0", before: "9-0", missed: 7, timestamp: timestamp)),
            is: #"{"type":"gap","data":{"batch_id":"b-1","after":"1-0","before":"9-0","missed":7},"#
                + #""timestamp":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("An event of a later version is known as unknown")
    func unknown() {
        #expect(StreamEvent(json: #"{"type":"video","data":[1]}"#.utf8) == .unknown(type: "video"))
        self.expect(.unknown(type: "video"), is: #"{"type":"video"}"#)
    }

    @Test(
        "Anything but an event is rejected",
        arguments: [
            "", "{}", "[]", "null", "text", #"{"type":1}"#, #"{"type":null}"#, #"{"type":"log"}"#,
            #"{"type":"log","data":{}}"#, #"{"type":"log","data":[]}"#, #"{"type":"log","data":{"message":1}}"#,
            "{\"type\":",
        ]
    )
    func noEvent(text: String) {
        #expect(StreamEvent(json: text.utf8) == nil)
    }

    @Test("An event with fields of the wrong type is read as far as possible")
    func wrongTypes() {
        let text =
            #"{"type":"log","data":{"message":"kept","level":3,"source":[],"seq":"1","step":1.5,"timestamp":7},"#
            + #""timestamp":false,"channel":{}}"#
        guard case .log(let log, _) = StreamEvent(json: text.utf8, of: .run(requestID)) else {
            Issue.record("no log event")
            return
        }
        #expect(log.message == "kept")
        #expect(log.level == .info)
        #expect(log.agentName == "browser-agent")
        #expect(log.seq == nil && log.step == nil)
        #expect(log.timestamp == Timestamp(milliseconds: 0))
    }

    @Test("An event that names neither run nor batch is about what is watched")
    func unnamed() throws {
        let batch = Subject.batch(try Identifier("b-1"))
        let gap = #"{"type":"gap","data":{"missed":1},"timestamp":"2025-09-21T10:30:00.000Z"}"#
        #expect(
            StreamEvent(json: gap.utf8, of: batch)
                == .gap(.init(batch, after: nil, before: nil, missed: 1, timestamp: timestamp))
        )
        #expect(StreamEvent(json: gap.utf8) == nil)
        let named = gap.replacing(#"{"missed""#, with: #"{"request_id":"my-test-request-123","missed""#)
        guard case .gap(let event) = StreamEvent(json: named.utf8, of: batch) else {
            Issue.record("no gap event")
            return
        }
        #expect(event.subject == .run(requestID))
    }

    @Test(
        "The source is the agent's name in lower case with - for spaces",
        arguments: [
            ("browser agent", "browser-agent"), ("Browser Agent", "browser-agent"), ("", "browser-agent"),
            ("QA  Bot", "qa--bot"), ("ÄGENT", "ägent"), ("a_b", "a_b"),
        ]
    )
    func source(name: String, source: String) {
        #expect(LogRecord.eventName(of: name) == source)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@Suite("A record as a stream entry")
struct LogRecordFieldsTests {
    private let requestID: Identifier
    private let id = EntryID(milliseconds: 1_695_307_200_123, sequence: 2)

    init() throws {
        self.requestID = try Identifier("run-1")
    }

    @Test("Fields are flat, msg first, in the documented order")
    func order() {
        let record = LogRecord(
            message: "📍 Step 1",
            requestID: self.requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123),
            seq: 1
        )
        let expected = [
            ["msg", "📍 Step 1"], ["agent_name", "browser agent"], ["request_id", "run-1"],
            ["timestamp", "1695307200.123"], ["source", "logger"], ["level", "INFO"], ["seq", "1"], ["kind", "log"],
        ]
        #expect(record.fields.map { [$0.name, $0.value] } == expected)
    }

    @Test("Records of every kind are read back as they were written", arguments: [RecordKind.log, .screenshot, .end])
    func roundTrip(kind: RecordKind) {
        let full = LogRecord(
            id: self.id,
            message: "a \"b\"\r\n\u{0}📍",
            agentName: "",
            requestID: self.requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_001),
            source: "own",
            level: .critical,
            seq: 12,
            kind: kind,
            step: 3,
            action: "navigate",
            url: "https://example.com/",
            durationMilliseconds: 0,
            data: .object(["status": .string("failed"), "list": .array([.null, .bool(false), .number(0.5)])])
        )
        let bare = LogRecord(
            id: self.id,
            message: "",
            requestID: self.requestID,
            timestamp: Timestamp(milliseconds: 0),
            kind: kind
        )
        for record in [full, bare] {
            #expect(LogRecord(id: self.id, fields: record.fields, requestID: self.requestID) == record)
        }
    }

    @Test("An entry with a message alone gets its time from its id and defaults for the rest")
    func messageAlone() {
        let record = LogRecord(id: self.id, fields: [("msg", "plain")], requestID: self.requestID)
        let expected = LogRecord(
            id: self.id,
            message: "plain",
            requestID: self.requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123)
        )
        #expect(record == expected)
    }

    @Test("Fields that make no sense get their defaults, and unknown ones are passed over")
    func nonsense() {
        let fields = [
            ("msg", "kept"), ("timestamp", "soon"), ("level", "LOUD"), ("seq", "0"), ("seq", "x"), ("kind", "?"),
            ("step", "two"), ("duration_ms", "1.5"), ("data", "{broken"), ("request_id", "another"), ("more", "x"),
            ("data", String(repeating: "[", count: 100_000)),
        ]
        let record = LogRecord(id: self.id, fields: fields.map { (name: $0.0, value: $0.1) }, requestID: self.requestID)
        let expected = LogRecord(
            id: self.id,
            message: "kept",
            requestID: self.requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123)
        )
        #expect(record == expected)
    }

    @Test("An entry with the largest id that Redis takes has a time that can be written and read")
    func largestID() {
        let id = EntryID(milliseconds: .max, sequence: .max)
        let record = LogRecord(id: id, fields: [("msg", "a")], requestID: self.requestID)
        #expect(Timestamp(iso8601: record.timestamp.iso8601) == record.timestamp)
    }
}

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
        requestID = try Identifier("run-1")
    }

    @Test("Fields are flat, msg first, in the documented order")
    func order() {
        let record = LogRecord(
            message: "📍 Step 1",
            requestID: requestID,
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
            id: id,
            message: "a \"b\"\r\n\u{0}📍",
            agentName: "",
            requestID: requestID,
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
            id: id,
            message: "",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 0),
            kind: kind
        )
        for record in [full, bare] {
            #expect(LogRecord(id: id, fields: record.fields, requestID: requestID) == record)
        }
    }

    @Test("An entry with only a message gets its time from its id and defaults for the rest")
    func messageAlone() {
        let record = LogRecord(id: id, fields: [("msg", "plain")], requestID: requestID)
        let expected = LogRecord(
            id: id,
            message: "plain",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123)
        )
        #expect(record == expected)
    }

    @Test("Invalid fields get their defaults, and unknown ones are ignored")
    func nonsense() {
        let fields = [
            ("msg", "kept"), ("timestamp", "soon"), ("level", "LOUD"), ("seq", "0"), ("seq", "x"), ("kind", "?"),
            ("step", "two"), ("duration_ms", "-1.5"), ("request_id", "another"), ("more", "x"), ("batch_seq", "1e300"),
            ("id", "1-1"),
        ]
        #expect(read(fields) == expected("kept"))
    }

    private func read(_ fields: [(String, String)]) -> LogRecord {
        LogRecord(id: id, fields: fields.map { (name: $0.0, value: $0.1) }, requestID: requestID)
    }

    private func expected(_ message: String) -> LogRecord {
        LogRecord(
            id: id,
            message: message,
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123)
        )
    }

    @Test("Data that is not JSON is text", arguments: ["{broken", "hello", String(repeating: "[", count: 100_000)])
    func dataOfText(data: String) {
        #expect(read([("msg", "kept"), ("data", data)]).data == .string(data))
    }

    @Test("Counters are from 1 to 2^53, so that arithmetic with them cannot overflow")
    func numbers() {
        for name in ["seq", "batch_seq", "step"] {
            for wrong in ["9223372036854775807", "9007199254740993", "0", "-1", "1e300", "99999999999999999999", "1.5"]
            {
                #expect(read([("msg", "kept"), (name, wrong)]) == expected("kept"), "\(name): \(wrong)")
            }
        }
        let greatest = read([("msg", "kept"), ("seq", "9007199254740992"), ("step", "1")])
        #expect(greatest.seq == 1 << 53)
        #expect(greatest.step == 1)
    }

    @Test("A duration is rounded", arguments: [("12.7", 13), ("0", 0), ("0.4", 0), ("12", 12)])
    func durations(text: String, milliseconds: Int) {
        #expect(read([("msg", "a"), ("duration_ms", text)]).durationMilliseconds == milliseconds)
    }

    @Test("An entry's text may be inside its message, or all of it")
    func textElsewhere() {
        #expect(read([("message", "hello")]).message == "hello")
        #expect(read([("msg", ""), ("message", "hello")]).message == "")
        #expect(read([("b", "2"), ("a", "1")]).message == #"{"a":"1","b":"2"}"#)
        #expect(read([("msg", "ERROR    [agent] no")]).level == .error)
        #expect(read([("msg", "ERROR    [agent] no"), ("level", "info")]).level == .info)
        #expect(read([("msg", "a"), ("level", "40")]).level == .error)
        let json = read([("msg", #"{"msg":"hi","level":"WARN","data":{"n":NaN}}"#)])
        #expect(json.message == "hi")
        #expect(json.level == .warning)
        #expect(json.data == ["n": .null])
    }

    @Test("An entry with the largest id that Redis allows has a time that can be written and read")
    func largestID() {
        let id = EntryID(milliseconds: .max, sequence: .max)
        let record = LogRecord(id: id, fields: [("msg", "a")], requestID: requestID)
        #expect(Timestamp(iso8601: record.timestamp.iso8601) == record.timestamp)
    }
}

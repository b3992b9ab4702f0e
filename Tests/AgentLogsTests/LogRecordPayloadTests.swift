//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Testing

@Suite("A record as the channel's payload")
struct LogRecordPayloadTests {
    private let requestID: Identifier

    init() throws {
        requestID = try Identifier("597e433d-4c5e-4f0a-9f8e-2d1c0b9a8f7e")
    }

    private func payload(_ record: LogRecord) -> String { String(decoding: record.payload, as: UTF8.self) }

    @Test("The bytes are those of the documented form")
    func documentedForm() {
        let record = LogRecord(
            id: EntryID(milliseconds: 1_695_307_200_123, sequence: 0),
            message: "📍 Step 1: Navigate to google.com",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123),
            seq: 1
        )
        let documented =
            #"{"agent_name":"browser agent","msg":"📍 Step 1: Navigate to google.com","#
            + #""request_id":"597e433d-4c5e-4f0a-9f8e-2d1c0b9a8f7e","timestamp":1695307200.123,"source":"logger","#
            + #""level":"INFO","seq":1,"kind":"log","id":"1695307200123-0"}"#
        #expect(record.payload == Array(documented.utf8))
    }

    @Test("Without an id and a number neither field is there")
    func withoutID() {
        let record = LogRecord(message: "a", requestID: requestID, timestamp: Timestamp(milliseconds: 5))
        #expect(
            payload(record)
                == #"{"agent_name":"browser agent","msg":"a","request_id":"\#(requestID)","timestamp":0.005,"#
                + #""source":"logger","level":"INFO","kind":"log"}"#
        )
    }

    @Test("Other fields of a record are between its kind and its id")
    func allFields() {
        #expect(
            payload(fullRecord())
                == #"{"agent_name":"My Agent","msg":"line\n\"two\"","request_id":"\#(requestID)","#
                + #""timestamp":1695307200.000,"source":"own","level":"WARNING","seq":7,"kind":"screenshot","step":2,"#
                + #""action":"click","url":"https://example.com/?a=b&c","duration_ms":120,"#
                + #""data":{"a":[1,2.5,null],"b":"x"},"id":"1695307200123-4"}"#
        )
    }

    @Test("A record is read back as it was written")
    func roundTrip() {
        let outcomes = [
            RunOutcome(status: .completed, result: "42\n📍", steps: 4),
            RunOutcome(status: .failed, error: "no", steps: 0),
            RunOutcome(status: .cancelled, steps: 1), RunOutcome(status: .timedOut, error: "late", steps: 9),
        ]
        var records = outcomes.map {
            LogRecord.end(of: requestID, outcome: $0, at: Timestamp(milliseconds: 1_695_307_200_999))
        }
        records.append(fullRecord())
        for level in LogLevel.allCases {
            records.append(
                LogRecord(message: "", requestID: requestID, timestamp: Timestamp(milliseconds: 0), level: level)
            )
        }
        for record in records {
            let read = LogRecord(
                payload: record.payload,
                requestID: requestID,
                receivedAt: Timestamp(milliseconds: 77)
            )
            #expect(read == record)
        }
    }

    @Test("The end of a run says how it ended, also in its text")
    func end() {
        let texts = [
            (RunOutcome(status: .completed, result: "r", steps: 1), "🏁 Run completed", LogLevel.info),
            (RunOutcome(status: .failed, error: "worker lost", steps: 1), "🏁 Run failed: worker lost", .error),
            (RunOutcome(status: .failed, steps: 1), "🏁 Run failed", .error),
            (RunOutcome(status: .cancelled, steps: 1), "🏁 Run cancelled", .error),
            (RunOutcome(status: .timedOut, steps: 1), "🏁 Run timed out", .error),
        ]
        for (outcome, text, level) in texts {
            let record = LogRecord.end(of: requestID, outcome: outcome, at: Timestamp(milliseconds: 1))
            #expect(record.message == text)
            #expect(record.level == level)
            #expect(record.kind == .end)
            #expect(RunOutcome(data: record.data) == outcome)
        }
    }

    private func fullRecord() -> LogRecord {
        LogRecord(
            id: EntryID(milliseconds: 1_695_307_200_123, sequence: 4),
            message: "line\n\"two\"",
            agentName: "My Agent",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_000),
            source: "own",
            level: .warning,
            seq: 7,
            kind: .screenshot,
            step: 2,
            action: "click",
            url: "https://example.com/?a=b&c",
            durationMilliseconds: 120,
            data: .object(["b": .string("x"), "a": .array([.integer(1), .number(2.5), .null])])
        )
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import AgentLogs
import Spool
import Testing

@testable import AgentAPI

@Suite("An item read from disk")
struct OutboxItemTests {
    @Test("Is the same when it is read back, to the bytes written to Redis")
    func roundTrip() throws {
        let requestID = try Identifier("r1")
        var record = LogRecord(
            message: "🔗 \"quoted\"\n\u{1}",
            requestID: requestID,
            timestamp: Timestamp(milliseconds: 1_695_307_200_123),
            level: .warning,
            seq: 7,
            kind: .end,
            step: 3,
            action: "navigate",
            url: "http://127.0.0.1/?q=ä",
            durationMilliseconds: 12,
            data: .object(["status": .string("failed"), "steps": .integer(3)])
        )
        record.agentName = "browser agent"
        let request = RunRequest(task: "dance", requestID: requestID)
        let run = Run(request, channel: "c", createdAt: Timestamp(milliseconds: 1_695_307_200_123))

        var recording = Recording()
        recording.add(1, .sentence("Go back"))
        let item = OutboxItem(OutboxItem.record(record, state: run, recording: recording).spoolEntry)
        guard case .record(let readRecord, let readRun, let readRecording) = item else {
            Issue.record("\(String(describing: item))")
            return
        }
        #expect(readRecord == record)
        #expect(readRecord.payload == record.payload)
        #expect(readRun == run)
        #expect(readRecording == recording)
        guard case .state(let state) = OutboxItem(OutboxItem.state(run).spoolEntry) else {
            Issue.record("no state")
            return
        }
        #expect(state == run)
    }

    @Test("Is ignored if it is invalid")
    func nonsense() {
        #expect(OutboxItem(.init(run: "a b", record: Array("{}".utf8))) == nil)
        #expect(OutboxItem(.init(run: "r1", record: Array("not a record".utf8))) == nil)
        #expect(OutboxItem(.init(run: "r1", state: Array("{".utf8))) == nil)
        #expect(OutboxItem(.init(run: "r1")) == nil)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Testing

@testable import AgentLogs

@Suite("Events of the changes of all runs")
struct ChangeEventTests {
    private let time = Timestamp(milliseconds: 1_758_450_600_000)

    private func change(_ fields: [String: String]) throws -> RunChange {
        try #require(RunChange { fields[$0] })
    }

    @Test("Have the documented form, and can be read")
    func forms() throws {
        let change = try change([
            "request_id": "r1", "session_id": "s1", "batch_id": "b1", "status": "running", "was": "queued",
            "steps": "3", "task": "go", "created_at": "2025-09-21T10:30:00.000Z",
            "started_at": "2025-09-21T10:30:01.000Z",
        ])
        let events: [(ChangeEvent, String)] = [
            (
                .connected(channel: "{browser_use_logs}:changes", timestamp: time),
                #"{"type":"connected","message":"Connected to the changes of all runs","#
                    + #""channel":"{browser_use_logs}:changes","timestamp":"2025-09-21T10:30:00.000Z"}"#
            ),
            (
                .run(change, timestamp: time),
                #"{"type":"run","data":{"request_id":"r1","session_id":"s1","batch_id":"b1","status":"running","#
                    + #""was":"queued","steps":3,"task":"go","created_at":"2025-09-21T10:30:00.000Z","#
                    + #""started_at":"2025-09-21T10:30:01.000Z"},"timestamp":"2025-09-21T10:30:00.000Z"}"#
            ),
            (
                .snapshot(runs: 2, timestamp: time),
                #"{"type":"snapshot","data":{"runs":2},"timestamp":"2025-09-21T10:30:00.000Z"}"#
            ),
            (
                .gap(after: "1-0", timestamp: time),
                #"{"type":"gap","data":{"after":"1-0"},"timestamp":"2025-09-21T10:30:00.000Z"}"#
            ),
            (.heartbeat(timestamp: time), #"{"type":"heartbeat","timestamp":"2025-09-21T10:30:00.000Z"}"#),
            (
                .error(message: "m", timestamp: time),
                #"{"type":"error","message":"m","timestamp":"2025-09-21T10:30:00.000Z"}"#
            ),
        ]
        for (event, json) in events {
            #expect(String(decoding: event.json, as: UTF8.self) == json)
            if case .connected = event { continue }
            #expect(ChangeEvent(json: json.utf8) == event)
        }
        #expect(ChangeEvent(json: #"{"type":"later"}"#.utf8) == .unknown(type: "later"))
        #expect(ChangeEvent(json: #"{"type":"run","data":{"request_id":"r1"}}"#.utf8) == nil)
    }

    @Test(
        "An entry that is no change of a run is none",
        arguments: [
            [:], ["request_id": "r1"], ["request_id": "r1", "status": "dancing"],
            ["request_id": "a b", "status": "running"],
        ]
    )
    func foreign(fields: [String: String]) {
        #expect(RunChange { fields[$0] } == nil)
    }

    @Test("A long task is cut between two characters")
    func longTask() throws {
        let request = RunRequest(task: String(repeating: "ä", count: 500), requestID: try Identifier("r1"))
        let change = RunChange(Run(request, channel: "c", createdAt: time))
        #expect(change.task == String(repeating: "ä", count: 200) + "…")
    }
}

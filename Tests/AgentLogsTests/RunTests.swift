//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import Testing

@Suite("Runs over HTTP")
struct RunTests {
    private let createdAt = Timestamp(milliseconds: 1_758_450_600_000)

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    private func documentedRequest() throws -> RunRequest {
        RunRequest(
            task: "Go to google.com and search for hello world",
            requestID: try Identifier("my-test-request-123"),
            sessionID: try Identifier("test-session-123")
        )
    }

    private func run(_ request: RunRequest) -> Run {
        Run(
            request,
            channel: "browser_use_logs:\(request.requestID)",
            streamURL: "http://g/r",
            createdAt: createdAt
        )
    }

    @Test("The documented request is read")
    func documented() throws {
        let body =
            #"{"task":"Go to google.com and search for hello world","session_id":"test-session-123","#
            + #""request_id":"my-test-request-123"}"#
        #expect(try JSONDecoder().decode(RunRequest.self, from: Data(body.utf8)) == documentedRequest())
    }

    @Test("A request is read back as it was written, with and without what is optional")
    func requestRoundTrip() throws {
        let full = RunRequest(
            task: "a \"b\"\n📍",
            requestID: try Identifier("r"),
            sessionID: try Identifier("s"),
            batchID: try Identifier("b"),
            maxSteps: 5,
            timeoutSeconds: 60,
            planner: .instructions,
            outputSchema: ["type": "object", "properties": ["b": ["minimum": 1.5], "a": true]]
        )
        let bare = RunRequest(task: "", requestID: try Identifier("r"))
        for request in [full, bare] {
            #expect(try JSONDecoder().decode(RunRequest.self, from: Data(request.json)) == request)
            // The other encoder writes the same names.
            #expect(try JSONValue(parsing: JSONEncoder().encode(request)) == JSONValue(parsing: request.json))
        }
        #expect(text(bare.json) == #"{"task":"","request_id":"r"}"#)
        #expect(
            text(full.json)
                == #"{"task":"a \"b\"\n📍","request_id":"r","session_id":"s","batch_id":"b","max_steps":5,"#
                + #""timeout_seconds":60,"planner":"instructions","#
                + #""output_schema":{"properties":{"a":true,"b":{"minimum":1.5}},"type":"object"}}"#
        )
    }

    @Test("A new run is queued, and its session is its request when none was given")
    func newRun() throws {
        let run = self.run(try documentedRequest())
        #expect(run.status == .queued)
        #expect(run.steps == 0)
        #expect(run.sessionID.rawValue == "test-session-123")
        let alone = self.run(RunRequest(task: "t", requestID: try Identifier("r-1")))
        #expect(alone.sessionID == alone.requestID)
        #expect(
            text(alone.json)
                == #"{"request_id":"r-1","session_id":"r-1","task":"t","status":"queued","steps":0,"#
                + #""channel":"browser_use_logs:r-1","stream_url":"http://g/r","created_at":"2025-09-21T10:30:00.000Z"}"#
        )
    }

    @Test("A run is read back as it was written in every state", arguments: RunStatus.allCases)
    func runRoundTrip(status: RunStatus) throws {
        var run = self.run(try documentedRequest())
        run.status = status
        #expect(try Run(json: run.json) == run)
        run.batchID = try Identifier("b")
        run.steps = 4
        run.result = "42"
        run.error = "none\n"
        run.usage = TokenUsage(input: 100, cachedInput: 60, output: 10)
        run.startedAt = Timestamp(milliseconds: 1_758_450_600_001)
        run.finishedAt = Timestamp(milliseconds: 1_758_450_660_999)
        #expect(try Run(json: run.json) == run)
        #expect(try JSONValue(parsing: JSONEncoder().encode(run)) == JSONValue(parsing: run.json))
    }

    @Test("What is no run is an error", arguments: ["", "{}", "[]", #"{"request_id":"a b"}"#])
    func noRun(text: String) {
        #expect(throws: DecodingError.self) { try Run(json: text.utf8) }
    }

    @Test("The answer to a request is the same whatever became of the run since")
    func accepted() throws {
        var run = self.run(try documentedRequest())
        let first = run.accepted
        run.status = .completed
        run.steps = 3
        #expect(run.accepted == first)
        #expect(
            text(first.json)
                == #"{"request_id":"my-test-request-123","session_id":"test-session-123","status":"queued","#
                + #""channel":"browser_use_logs:my-test-request-123","stream_url":"http://g/r","#
                + #""created_at":"2025-09-21T10:30:00.000Z"}"#
        )
        #expect(try JSONDecoder().decode(RunAccepted.self, from: Data(first.json)) == first)
    }
}

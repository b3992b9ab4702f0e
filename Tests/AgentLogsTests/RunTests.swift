//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Foundation
import Hosts
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
        Run(request, channel: "browser_use_logs:\(request.requestID)", createdAt: createdAt)
    }

    @Test("The documented request is read")
    func documented() throws {
        let body =
            #"{"task":"Go to google.com and search for hello world","session_id":"test-session-123","#
            + #""request_id":"my-test-request-123"}"#
        #expect(try JSONDecoder().decode(RunRequest.self, from: Data(body.utf8)) == documentedRequest())
    }

    @Test("A request is read back as it was written, with and without optional fields")
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
        }
        #expect(text(bare.json) == #"{"task":"","request_id":"r"}"#)
        #expect(
            text(full.json)
                == #"{"task":"a \"b\"\n📍","request_id":"r","session_id":"s","batch_id":"b","max_steps":5,"#
                + #""timeout_seconds":60,"planner":"instructions","#
                + #""output_schema":{"properties":{"a":true,"b":{"minimum":1.5}},"type":"object"}}"#
        )
    }

    @Test("A new run is queued, and its session is its request if none was given")
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
                + #""channel":"browser_use_logs:r-1","stream_url":"/api/v1/stream-logs/request/r-1","#
                + #""created_at":"2025-09-21T10:30:00.000Z"}"#
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
        #expect(
            text(run.json)
                == #"{"request_id":"my-test-request-123","session_id":"test-session-123","batch_id":"b","#
                + #""task":"Go to google.com and search for hello world","status":"\#(status.rawValue)","steps":4,"#
                + #""result":"42","error":"none\n","#
                + #""usage":{"cached_input_tokens":60,"input_tokens":100,"output_tokens":10},"#
                + #""channel":"browser_use_logs:my-test-request-123","#
                + #""stream_url":"/api/v1/stream-logs/request/my-test-request-123","#
                + #""created_at":"2025-09-21T10:30:00.000Z","started_at":"2025-09-21T10:30:00.001Z","#
                + #""finished_at":"2025-09-21T10:31:00.999Z"}"#
        )
    }

    @Test("Anything but a run is an error", arguments: ["", "{}", "[]", #"{"request_id":"a b"}"#])
    func noRun(text: String) {
        #expect(throws: DecodingError.self) { try Run(json: text.utf8) }
    }

    @Test("The response to a request stays the same whatever happens to the run")
    func accepted() throws {
        var run = self.run(try documentedRequest())
        let first = run.accepted
        run.status = .completed
        run.steps = 3
        #expect(run.accepted == first)
        #expect(
            text(first.json)
                == #"{"request_id":"my-test-request-123","session_id":"test-session-123","status":"queued","#
                + #""channel":"browser_use_logs:my-test-request-123","#
                + #""stream_url":"/api/v1/stream-logs/request/my-test-request-123","#
                + #""created_at":"2025-09-21T10:30:00.000Z"}"#
        )
        #expect(try JSONDecoder().decode(RunAccepted.self, from: Data(first.json)) == first)
    }

    @Test("A stored request has the names of secrets where a posted one has their values")
    func secrets() throws {
        let request = RunRequest(
            task: "t",
            requestID: try Identifier("r"),
            allowedDomains: [try DomainPattern("example.com")],
            sensitiveData: SensitiveData(values: ["": ["p": "1234"], "https://b.test": ["z": "5678", "a": "9999"]])
        )
        #expect(
            text(request.json)
                == #"{"task":"t","request_id":"r","sensitive_data":{"":["p"],"https://b.test":["a","z"]},"#
                + #""allowed_domains":["example.com"]}"#
        )
        #expect(
            text(request.body)
                == #"{"task":"t","request_id":"r","sensitive_data":{"https://b.test":{"a":"9999","z":"5678"},"p":"1234"},"#
                + #""allowed_domains":["example.com"]}"#
        )
    }

    @Test("A batch, its request and its response have their fields in the documented order")
    func batch() throws {
        let request = try documentedRequest()
        let batchID = try Identifier("b")
        let asked = BatchRequest(batchID: batchID, tasks: [RunRequest(task: "t", requestID: try Identifier("r"))])
        #expect(text(asked.json) == #"{"batch_id":"b","tasks":[{"task":"t","request_id":"r"}]}"#)
        #expect(try BatchRequest(json: asked.json) == asked)
        let run = self.run(request)
        let accepted = BatchAccepted(batchID: batchID, channel: "c", createdAt: createdAt, runs: [run.accepted])
        #expect(
            text(accepted.json)
                == #"{"batch_id":"b","channel":"c","stream_url":"/api/v1/stream-logs/batch/b","#
                + #""created_at":"2025-09-21T10:30:00.000Z","runs":[\#(text(run.accepted.json))]}"#
        )
        #expect(try BatchAccepted(json: accepted.json) == accepted)
        var failed = run
        failed.status = .failed
        let batch = Batch(
            batchID: batchID,
            isSealed: true,
            isOver: false,
            channel: "c",
            createdAt: createdAt,
            runs: [run, failed]
        )
        #expect(
            text(batch.json)
                == #"{"batch_id":"b","sealed":true,"over":false,"counts":{"failed":1,"queued":1},"channel":"c","#
                + #""stream_url":"/api/v1/stream-logs/batch/b","created_at":"2025-09-21T10:30:00.000Z","#
                + #""runs":[\#(text(run.json)),\#(text(failed.json))]}"#
        )
        #expect(try Batch(json: batch.json) == batch)
        var page = RunPage()
        #expect(text(page.json) == #"{"runs":[]}"#)
        page.runs = [run]
        page.next = run.requestID
        page.total = 7
        #expect(text(page.json) == #"{"runs":[\#(text(run.json))],"next":"my-test-request-123","total":7}"#)
    }
}

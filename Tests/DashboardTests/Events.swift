//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import ServerSentEvents
import TestSupport

/// Events as the gateway sends them (protocol, section 3), written out, so that what is tested is the wire.
enum Events {
    static let retry = "retry: 10\n\n"
    static let connected =
        #"data: {"type":"connected","request_id":"r","message":"Connected to logs for request r","channel":"browser_use_logs:r","timestamp":"2025-09-21T10:30:00.000Z"}"#
        + "\n\n"
    static let heartbeat = #"data: {"type":"heartbeat","timestamp":"2025-09-21T10:30:00.000Z"}"# + "\n\n"

    static func id(_ number: Int) -> String { "1695307200\(100 + number)-0" }

    static func logJSON(_ number: Int, _ message: String = "message", level: String = "INFO") -> String {
        #"{"type":"log","data":{"level":"\#(level)","message":"\#(message) \#(number)","source":"browser-agent","#
            + #""request_id":"r","timestamp":"2025-09-21T10:30:0\#(number).000Z","log_source":"logger","seq":\#(number)},"#
            + #""timestamp":"2025-09-21T10:30:00.000Z","channel":"browser_use_logs:r"}"#
    }

    static func log(_ number: Int, _ message: String = "message", level: String = "INFO") -> String {
        "id: \(id(number))\ndata: \(logJSON(number, message, level: level))\n\n"
    }

    static func endJSON(status: String, more: String = #""result":"42""#) -> String {
        #"{"type":"end","data":{"request_id":"r","status":"\#(status)",\#(more),"steps":4},"#
            + #""timestamp":"2025-09-21T10:30:09.500Z","channel":"browser_use_logs:r"}"#
    }

    static func end(_ status: String = "completed", more: String = #""result":"42""#) -> String {
        "id: \(id(9))\ndata: \(endJSON(status: status, more: more))\n\n"
    }

    static let run =
        #"{"request_id":"r","session_id":"r","task":"t","status":"STATUS","steps":4,"result":"42","#
        + #""channel":"browser_use_logs:r","stream_url":"/api/v1/stream-logs/request/r","#
        + #""created_at":"2025-09-21T10:30:00.000Z","started_at":"2025-09-21T10:30:00.000Z","#
        + #""finished_at":"2025-09-21T10:30:09.500Z"}"#

    static func run(status: String) -> String { run.replacing("STATUS", with: status) }

    static let accepted =
        #"{"request_id":"r","session_id":"r","status":"queued","channel":"browser_use_logs:r","#
        + #""stream_url":"/api/v1/stream-logs/request/r","created_at":"2025-09-21T10:30:00.000Z"}"#
}

extension ScriptedConnection {
    /// Answers as the gateway does, and ends the connection.
    func stream(_ events: String...) async throws {
        try await respondWithEvents()
        for event in events { try await write(event) }
    }
}

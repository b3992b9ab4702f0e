//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import ServiceKit

/// A tool that models of others call.
enum MCPTool: String, CaseIterable, Sendable {
    case runTask = "run_task"
    case getRun = "get_run"
    case followRun = "follow_run"
    case cancelRun = "cancel_run"
    case listRuns = "list_runs"

    /// The longest wait of `follow_run`, in seconds: less than the limits of clients and proxies.
    static let longestWait = 25

    /// How `tools/list` shows it.
    var json: JSONValue {
        [
            "name": .string(rawValue), "title": .string(title), "description": .string(description),
            "inputSchema": inputSchema,
            "annotations": [
                "readOnlyHint": .bool([.getRun, .followRun, .listRuns].contains(self)),
                "destructiveHint": .bool(self == .cancelRun), "openWorldHint": .bool(self == .runTask),
            ],
        ]
    }

    private var title: String {
        switch self {
        case .runTask: "Run a task in a browser"
        case .getRun: "Show a run"
        case .followRun: "Follow a run"
        case .cancelRun: "Cancel a run"
        case .listRuns: "List runs"
        }
    }

    private var description: String {
        switch self {
        case .runTask:
            "Start a task in a real browser and return at once. The run goes on in the background: call follow_run until "
                + "is_over is true. A task is steps in plain English, such as \"Go to example.com and read the heading\"."
        case .getRun: "The state of a run: status, steps, result, error, and what it waits for."
        case .followRun:
            "Records of a run after a cursor. Waits up to wait_seconds for the first one. Call it again with `next` as "
                + "`after` until is_over is true."
        case .cancelRun: "Stop a run."
        case .listRuns: "Runs, the newest first."
        }
    }

    private var inputSchema: JSONValue {
        let name: [String: JSONValue] = ["request_id": APISchema.identifier]
        var schema: JSONValue
        switch self {
        case .runTask:
            schema = APISchema.object(
                ["task": ["type": "string", "minLength": 1, "maxLength": 20_000]],
                optional: [
                    "request_id": APISchema.identifier, "session_id": APISchema.identifier,
                    "planner": ["type": "string", "enum": ["auto", "llm", "instructions"]],
                    "max_steps": APISchema.integer(RunLimits.steps),
                    "timeout_seconds": APISchema.integer(RunLimits.timeoutSeconds),
                    "allowed_domains": APISchema.array(of: APISchema.text),
                ]
            )
        case .getRun, .cancelRun: schema = APISchema.object(name)
        case .followRun:
            schema = APISchema.object(
                name,
                optional: [
                    "after": ["type": "string", "description": "The `next` of an earlier answer."],
                    "wait_seconds": APISchema.integer(0...Self.longestWait),
                ]
            )
        case .listRuns:
            schema = APISchema.object(
                [:],
                optional: [
                    "status": APISchema.status, "session_id": APISchema.identifier,
                    "batch_id": APISchema.identifier, "limit": APISchema.integer(1...50),
                    "after": APISchema.identifier,
                ]
            )
        }
        if case .object(var members) = schema {
            members["additionalProperties"] = false
            schema = .object(members)
        }
        return schema
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import JSON
import ServiceKit
import Steering

/// The Tasks extension: a run as a task that a client asks about until it is over. The task's id is the run's name, so any
/// agent-api answers, and a client may come back at any time.
struct MCPTasks: Sendable {
    let agents: AgentRoutes
    let tools: MCPTools

    /// The extension's name.
    static let name = "io.modelcontextprotocol/tasks"

    static let methods: Set<String> = ["tasks/get", "tasks/update", "tasks/cancel"]

    /// How often a client may well ask, in milliseconds.
    private static let interval = 1000

    /// Starts a run as a task.
    ///
    /// - Throws: `Problem`, whose words are for the model that called.
    func start(_ arguments: JSONValue, _ context: ServiceContext) async throws -> [String: JSONValue] {
        let accepted = try await tools.call(.runTask, arguments, context)
        guard let id = accepted["request_id"]?.string.flatMap(Identifier.init(rawValue:)) else {
            throw Problem(.internalServerError, "The run has no name.")
        }
        // It can be asked about from now on.
        let run = try await agents.run(id, for: .run, context)
        var task = Self.task(run)
        task["resultType"] = "task"
        return task
    }

    /// Answers one of ``methods``.
    ///
    /// - Throws: `MCPFault`; `Problem` where the caller may not do that.
    func answer(_ message: MCPRequest, _ context: ServiceContext) async throws -> [String: JSONValue] {
        guard let id = message.params["taskId"]?.string.flatMap(Identifier.init(rawValue:)) else {
            throw MCPFault(-32602, "taskId must be \(Identifier.rule).", id: message.id)
        }
        do {
            switch message.method {
            case "tasks/get":
                var task = Self.task(try await agents.run(id, for: .view, context), asksClient: message.canElicit)
                task["resultType"] = "complete"
                return task
            case "tasks/update": try await update(id, message, context)
            default:
                let run = try await agents.run(id, for: .control, context)
                if !run.status.isFinal { try await agents.whileRedisAnswers { try await agents.cancel(id) } }
            }
            return ["resultType": "complete"]
        } catch let problem as Problem where problem.status == .notFound {
            throw MCPFault(-32602, problem.detail, id: message.id)
        }
    }

    /// Takes answers to what was asked. What was asked before, or never, is left out, as the extension has it.
    private func update(_ id: Identifier, _ message: MCPRequest, _ context: ServiceContext) async throws {
        let run = try await agents.run(id, for: .control, context)
        guard let question = run.waitingFor, let response = message.params["inputResponses"]?[Self.key(of: question)]
        else { return }
        let isAccepted = response["action"]?.string == "accept"
        let answer: HumanAnswer
        switch question.kind {
        case .approval: answer = .approved(isAccepted && response["content"]?["approved"]?.bool == true)
        case .answer:
            // Who declines leaves the question to somebody else.
            guard isAccepted else { return }
            guard let text = response["content"]?["answer"]?.string, !text.isEmpty,
                text.count <= HumanAnswer.longestText
            else {
                throw MCPFault(
                    -32602,
                    "answer must be a text of 1 to \(HumanAnswer.longestText) characters.",
                    id: message.id
                )
            }
            answer = .text(text)
        }
        _ = try await agents.whileRedisAnswers {
            try await agents.queue.answer(answer, to: id, question: question)
        }
    }

    /// A run as a task.
    ///
    /// - Parameter asksClient: Whether the client can ask its user.
    static func task(_ run: Run, asksClient: Bool = false) -> [String: JSONValue] {
        var task: [String: JSONValue] = [
            "taskId": .string(run.requestID.rawValue), "createdAt": .string(run.createdAt.iso8601),
            "lastUpdatedAt": .string((run.finishedAt ?? run.startedAt ?? run.createdAt).iso8601), "ttlMs": .null,
            "pollIntervalMs": .integer(Int64(interval)),
        ]
        switch run.status {
        case .queued, .running, .paused, .waiting:
            task["status"] = "working"
            task["statusMessage"] = .string("\(run.status.rawValue), step \(run.steps)")
            guard let question = run.waitingFor else { break }
            // What a client shows of a question, and keeps of its answer, is its own: it is asked for no secrets.
            if asksClient, !question.isSecret {
                task["status"] = "input_required"
                task["inputRequests"] = [key(of: question): request(question)]
            }
            task["statusMessage"] = .string("waits for a person: \(question.question)")
        case .cancelled: task["status"] = "cancelled"
        case .completed, .failed, .timedOut:
            task["status"] = "completed"
            var result: [String: JSONValue] = [
                "content": [["type": "text", "text": .string(run.result ?? run.error ?? run.status.rawValue)]],
                "structuredContent": (try? JSONValue(parsing: run.json)) ?? .object([:]), "resultType": "complete",
            ]
            if run.status != .completed { result["isError"] = true }
            task["result"] = .object(result)
        }
        return task
    }

    /// No two questions of a run have the same one.
    private static func key(of question: WaitingFor) -> String { "question-\(question.id)" }

    private static func request(_ question: WaitingFor) -> JSONValue {
        let (name, field): (String, JSONValue) =
            switch question.kind {
            case .answer:
                ("answer", ["type": "string", "minLength": 1, "maxLength": .integer(Int64(HumanAnswer.longestText))])
            case .approval: ("approved", ["type": "boolean"])
            }
        return [
            "method": "elicitation/create",
            "params": [
                "mode": "form", "message": .string(question.question),
                "requestedSchema": [
                    "type": "object", "properties": .object([name: field]), "required": [.string(name)],
                ],
            ],
        ]
    }
}

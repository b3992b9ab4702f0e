//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import FoundationEssentials
import HTTPTypes
import JSON
import Keys
import Redis
import ServiceKit

/// Carries out the tools, under the access of who calls them.
struct MCPTools: Sendable {
    let agents: AgentRoutes

    private var store: RunStore { agents.store }

    /// The most records of an answer.
    private static let longestPage = 200

    /// - Returns: What the tool found.
    /// - Throws: `Problem`, whose words are for the model that called.
    func call(_ tool: MCPTool, _ arguments: JSONValue, _ context: ServiceContext) async throws -> JSONValue {
        guard case .object(var fields) = arguments else {
            throw Problem(.unprocessableContent, "The arguments must be an object, not \(arguments.kind).")
        }
        switch tool {
        case .runTask:
            if fields["request_id"] == nil { fields["request_id"] = .string(UUID().uuidString.lowercased()) }
            let accepted = try await agents.start(.object(fields), context: context)
            return try JSONValue(parsing: accepted.json)
        case .getRun: return try JSONValue(parsing: try await run(fields, .view, context).json)
        case .cancelRun:
            let run = try await run(fields, .control, context)
            if !run.status.isFinal { try await agents.whileRedisAnswers { try await agents.cancel(run.requestID) } }
            return try JSONValue(parsing: try await self.run(fields, .control, context).json)
        case .followRun: return try await follow(fields, context)
        case .listRuns: return try await list(fields, context)
        }
    }

    private func run(
        _ fields: [String: JSONValue],
        _ permission: Permission,
        _ context: ServiceContext
    ) async throws -> Run {
        var reader = FieldReader(fields: fields, hasModel: agents.hasModel)
        let requestID = reader.identifier("request_id", isRequired: true)
        guard let requestID else { throw Self.invalid(reader.errors) }
        return try await agents.run(requestID, for: permission, context)
    }

    private func follow(_ fields: [String: JSONValue], _ context: ServiceContext) async throws -> JSONValue {
        var reader = FieldReader(fields: fields, hasModel: agents.hasModel)
        let wait = reader.integer("wait_seconds", in: 0...MCPTool.longestWait) ?? MCPTool.longestWait
        var after = "0-0"
        if let text = fields["after"]?.string {
            if EntryID(text) == nil { reader.report("after", "must be the `next` of an earlier answer") }
            after = text
        }
        guard reader.errors.isEmpty else { throw Self.invalid(reader.errors) }
        let deadline = ContinuousClock.now + .seconds(wait)
        while true {
            let run = try await run(fields, .view, context)
            let stream = store.keys(of: run.requestID).stream
            let command = RedisCommand("XRANGE", stream, "(\(after)", "+", "COUNT", "\(Self.longestPage)")
            let entries = try await agents.whileRedisAnswers {
                try await store.redis.send(command).as([RedisStreamEntry].self)
            }
            // After the last record, which is the end, there is nothing to wait for.
            if !entries.isEmpty || run.status.isFinal || ContinuousClock.now >= deadline {
                let isOver = run.status.isFinal && entries.count < Self.longestPage
                var answer: [String: JSONValue] = [
                    "request_id": .string(run.requestID.rawValue), "status": .string(run.status.rawValue),
                    "is_over": .bool(isOver), "next": .string(entries.last?.id ?? after),
                    "records": .array(entries.map(Self.record)),
                ]
                answer["waiting_for"] = run.waitingFor?.data
                answer["result"] = run.result.map { .string($0) }
                answer["error"] = run.error.map { .string($0) }
                return .object(answer)
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    private static func record(_ entry: RedisStreamEntry) -> JSONValue {
        var record: [String: JSONValue] = ["id": .string(entry.id)]
        for name in ["msg", "level", "kind", "step", "action", "url", "timestamp"] {
            record[name == "msg" ? "message" : name] = entry[name].map { .string($0) }
        }
        return .object(record)
    }

    private func list(_ fields: [String: JSONValue], _ context: ServiceContext) async throws -> JSONValue {
        var reader = FieldReader(fields: fields, hasModel: agents.hasModel)
        var filter = RunListFilter(sessionID: reader.identifier("session_id"), batchID: reader.identifier("batch_id"))
        let limit = reader.integer("limit", in: 1...50) ?? 20
        let after = reader.identifier("after")
        if let status = fields["status"], status != .null {
            filter.status = status.string.flatMap(RunStatus.init(rawValue:))
            if filter.status == nil {
                reader.report("status", "must be one of \(RunStatus.allCases.map(\.rawValue).joined(separator: ", "))")
            }
        }
        guard reader.errors.isEmpty else { throw Self.invalid(reader.errors) }
        if let token = context.token, !token.allowsEverywhere(.view) { filter.token = token }
        let wanted = filter
        let page = try await agents.whileRedisAnswers { try await store.list(wanted, after: after, limit: limit) }
        guard let page else { throw Problem(.unprocessableContent, "The list cannot continue after this run.") }
        return try JSONValue(parsing: page.json)
    }

    private static func invalid(_ errors: [Problem.FieldError]) -> Problem {
        Problem(.unprocessableContent, "The arguments are not valid.", errors: errors)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import Hummingbird
import JSON
import ServiceKit
import Steering

/// What people do with a run that goes on (protocol, section 4).
extension AgentRoutes {
    func addSteering(to routes: RouteGroup) {
        routes.post("/api/agents/:request_id/pause", AgentDescriptions.pause) { request, context in
            let who = context.token?.subject.map { String($0.prefix(100)) } ?? "a person"
            return try await set(hold: "by \(who)", of: context)
        }
        routes.post("/api/agents/:request_id/resume", AgentDescriptions.resume) { request, context in
            try await set(hold: nil, of: context)
        }
        routes.post("/api/agents/:request_id/answer", AgentDescriptions.answer, use: answer)
        routes.post("/api/agents/:request_id/messages", AgentDescriptions.tell, use: tell)
    }

    private func set(hold: String?, of context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        switch try await whileRedisAnswers({ try await queue.set(hold: hold, of: run.requestID) }) {
        case .taken: break
        case .isForeign:
            throw Problem(
                .conflict,
                "The run \(run.requestID) is carried out by a program of its own, which agent-api cannot hold."
            )
        default: throw Problem(.conflict, "The run \(run.requestID) is over, so it can neither be held nor go on.")
        }
        let now = try await self.run(of: context, for: .control)
        let isDone = (now.status == .paused) == (hold != nil) && now.status != .queued
        return .json(now.json, status: isDone ? .ok : .accepted)
    }

    private func answer(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        let answer = try Self.answer(in: try await request.json(context: context))
        switch try await whileRedisAnswers({ try await queue.answer(answer, to: run.requestID) }) {
        case .taken: return .json(run.json, status: .accepted)
        case .isOtherKind:
            let field = if case .text = answer { "approved" } else { "text" }
            throw Problem(
                .unprocessableContent,
                "The run \(run.requestID) asks for something else.",
                errors: [.init(field: field, message: "is what the run asks for; see its waiting_for")]
            )
        case .isTooMuch: throw Problem(.conflict, "The question of the run \(run.requestID) was answered before.")
        case .isOver: throw Problem(.conflict, "The run \(run.requestID) is over, so it takes no answer.")
        default: throw Problem(.conflict, "The run \(run.requestID) does not wait for an answer.")
        }
    }

    private func tell(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        let body = try await request.json(context: context)
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields, hasModel: true)
        guard let text = reader.text("text", in: 1...HumanAnswer.longestText) else {
            throw Problem(.unprocessableContent, "The request has invalid fields.", errors: reader.errors)
        }
        switch try await whileRedisAnswers({ try await queue.tell(text, to: run.requestID) }) {
        case .taken: return .json(run.json, status: .accepted)
        case .isOver: throw Problem(.conflict, "The run \(run.requestID) is over, so it takes no message.")
        case .isTooMuch:
            let most = RunQueue.maximumMessages
            throw Problem(.conflict, "The run \(run.requestID) has had \(most) messages, the most that a run may have.")
        default:
            throw Problem(
                .conflict,
                "The run \(run.requestID) takes no messages: only a run does that has begun and that a model plans."
            )
        }
    }

    /// - Throws: `Problem` 422.
    private static func answer(in body: JSONValue) throws -> HumanAnswer {
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields, hasModel: true)
        let approved = reader.bool("approved")
        if approved != nil {
            reader.refuse("text", "is either there or approved is, not both")
        } else if reader.errors.isEmpty {
            let text = reader.text("text", in: 1...HumanAnswer.longestText)
            if let text { return .text(text) }
        }
        guard let approved, reader.errors.isEmpty else {
            throw Problem(.unprocessableContent, "The request has invalid fields.", errors: reader.errors)
        }
        return .approved(approved)
    }
}

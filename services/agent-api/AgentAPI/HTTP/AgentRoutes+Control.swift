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

/// Control of a run's browser by a person (protocol, section 4).
extension AgentRoutes {
    func addControl(to routes: RouteGroup) {
        routes.post("/api/agents/:request_id/control", AgentDescriptions.takeControl, use: takeControl)
        routes.delete("/api/agents/:request_id/control", AgentDescriptions.giveControl, use: giveControl)
        routes.post("/api/agents/:request_id/input", AgentDescriptions.input, use: input)
    }

    private func takeControl(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        let body = try await request.json(context: context)
        let own = body["control_token"]?.string
        let who = context.token?.subject.map { String($0.prefix(100)) } ?? "a person"
        let result = try await whileRedisAnswers {
            try await queue.takeControl(of: run.requestID, own: own, who: who)
        }
        switch result {
        case .taken(let token):
            let end = Timestamp(milliseconds: Timestamp.now().milliseconds + Int64(RunQueue.controlMilliseconds))
            let answer: JSONValue = [
                "request_id": .string(run.requestID.rawValue), "control_token": .string(token),
                "expires_at": .string(end.iso8601),
            ]
            return .json(answer.bytes)
        case .isTaken(let milliseconds):
            throw Problem(
                .conflict,
                "Somebody else has control of the run \(run.requestID).",
                headers: [.retryAfter: "\(max(1, (milliseconds + 999) / 1000))"]
            )
        case .isQueued: throw Problem(.conflict, "The run \(run.requestID) has not begun, so there is no browser yet.")
        case .isForeign:
            throw Problem(.conflict, "The run \(run.requestID) is carried out by a program with a browser of its own.")
        case .isOver: throw Self.isOver(run)
        }
    }

    private func giveControl(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        let token = try ControlRequest.token(in: try await request.json(context: context))
        let result = try await whileRedisAnswers { try await queue.giveControl(of: run.requestID, token: token) }
        return try answer(result, run)
    }

    private func input(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await self.run(of: context, for: .control)
        let body = try await request.json(context: context)
        let token = try ControlRequest.token(in: body)
        let events = try ControlRequest.events(in: body)
        let result = try await whileRedisAnswers {
            try await queue.add(events, to: run.requestID, token: token)
        }
        return try answer(result, run)
    }

    private func answer(_ result: RunQueue.ControlUse, _ run: Run) throws -> Response {
        switch result {
        case .done: return Response(status: .noContent)
        case .isOver: throw Self.isOver(run)
        case .isLost:
            throw Problem(
                .conflict,
                "The control_token does not, or no longer, have control of the run \(run.requestID)."
            )
        case .isTooMuch:
            throw Problem(
                .tooManyRequests,
                "Too many events wait for the run \(run.requestID). Send fewer.",
                headers: [.retryAfter: "1"]
            )
        }
    }

    private static func isOver(_ run: Run) -> Problem {
        Problem(.conflict, "The run \(run.requestID) is over, so its browser is closed.")
    }
}

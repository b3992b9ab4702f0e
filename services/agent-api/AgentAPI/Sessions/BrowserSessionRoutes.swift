//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import FoundationEssentials
import HTTPTypes
import Hummingbird
import JSON
import ServiceKit

/// `/api/sessions` (protocol, section 4).
struct BrowserSessionRoutes: Sendable {
    let store: SessionStore
    let agents: AgentRoutes

    func add(to routes: RouteGroup) {
        routes.post(
            "/api/sessions",
            RouteDescription(
                "Make a session known",
                body: APISchema.object([:], optional: ["session_id": APISchema.identifier]),
                answers: [.json("The session.", Self.session)]
            ),
            use: create
        )
        routes.get(
            "/api/sessions",
            RouteDescription(
                "The sessions that were made known, the newest first, 100 at most",
                answers: [
                    .json("The sessions.", APISchema.object(["sessions": APISchema.array(of: Self.session)]))
                ]
            ),
            use: list
        )
        routes.delete(
            "/api/sessions/:session_id",
            RouteDescription(
                "End a session: its runs are stopped, its cookies and pages dropped",
                answers: [.json("It has ended.", Self.ended), .json(202, "Its runs are being stopped.", Self.ended)],
                problems: [404, 422]
            ),
            use: end
        )
    }

    private func create(_ request: Request, context: ServiceContext) async throws -> Response {
        let body = try await request.json(context: context)
        guard case .object(let fields) = body else {
            throw Problem(.unprocessableContent, "The body must be a JSON object, not \(body.kind).")
        }
        var reader = FieldReader(fields: fields, hasModel: agents.hasModel)
        let given = reader.identifier("session_id")
        guard reader.errors.isEmpty else {
            throw Problem(.unprocessableContent, "The request has invalid fields.", errors: reader.errors)
        }
        let id = try given ?? Identifier(UUID().uuidString.lowercased())
        try context.require(.run, on: RunNames(sessionID: id))
        let session = try await agents.whileRedisAnswers { try await store.create(id) }
        return .json(session.json.bytes)
    }

    private func list(_ request: Request, context: ServiceContext) async throws -> Response {
        let all = try await agents.whileRedisAnswers { try await store.list(limit: 100) }
        let seen = all.filter { session in
            context.token.map { $0.allows(.view, on: RunNames(sessionID: session.id)) } ?? true
        }
        let body: JSONValue = ["sessions": .array(seen.map(\.json))]
        return .json(body.bytes)
    }

    private func end(_ request: Request, context: ServiceContext) async throws -> Response {
        let id = try Identifier(path: context, "session_id")
        try context.require(.control, on: RunNames(sessionID: id))
        let runs = try await agents.whileRedisAnswers { try await store.end(id) }
        guard let runs else { throw Problem(.notFound, "There is no session \(id), or it has ended.") }
        try await agents.whileRedisAnswers {
            for run in runs { try await agents.cancel(run) }
        }
        let body: JSONValue = [
            "session_id": .string(id.rawValue), "runs": .array(runs.map { .string($0.rawValue) }),
        ]
        return .json(body.bytes, status: runs.isEmpty ? .ok : .accepted)
    }

    private static let ended = APISchema.object([
        "session_id": APISchema.identifier, "runs": APISchema.array(of: APISchema.identifier),
    ])

    private static let session = APISchema.object([
        "session_id": APISchema.identifier, "created_at": APISchema.time, "view_url": APISchema.text,
        "vnc_url": APISchema.text, "runs": APISchema.array(of: APISchema.identifier),
    ])
}

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
import Webhooks

/// What became of a run's webhooks. A URL may itself be a secret, so who may only view the run does not see it.
struct WebhookRoutes: Sendable {
    let store: WebhookStore
    let agents: AgentRoutes

    func add(to routes: RouteGroup) {
        routes.get(
            "/api/agents/:request_id/webhook-deliveries",
            RouteDescription(
                "What was told of a run, and what came of it",
                answers: [
                    .json(
                        "The deliveries, the oldest first.",
                        APISchema.object(["deliveries": APISchema.array(of: Self.delivery)])
                    )
                ],
                problems: [404, 422]
            ),
            use: list
        )
        routes.post(
            "/api/agents/:request_id/webhook-deliveries/:delivery_id/redeliver",
            RouteDescription(
                "Deliver again, under the same id",
                answers: [.json(202, "It is tried at once.", Self.delivery)],
                problems: [404, 422]
            ),
            use: redeliver
        )
    }

    private func list(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await agents.run(of: context, for: .control)
        let (list, url) = try await agents.whileRedisAnswers { try await store.deliveries(of: run.requestID) }
        let shown = list.map { $0.shown(url: $0.target == .run ? url : nil) }
        let body: JSONValue = ["deliveries": .array(shown)]
        return .json(body.bytes)
    }

    private func redeliver(_ request: Request, context: ServiceContext) async throws -> Response {
        let run = try await agents.run(of: context, for: .control)
        let id = try Identifier(path: context, "delivery_id")
        let delivery = try await agents.whileRedisAnswers {
            try await store.redeliver(id.rawValue, of: run.requestID, at: Timestamp.now().milliseconds)
        }
        guard let delivery else {
            throw Problem(.notFound, "The run \(run.requestID) has no delivery \(id), or it has expired.")
        }
        return .json(delivery.shown(url: nil).bytes, status: .accepted)
    }

    private static let delivery = APISchema.object(
        [
            "id": APISchema.text, "event": events, "attempts": APISchema.count, "created_at": APISchema.time,
            "status": [
                "type": "string",
                "enum": .array(WebhookDelivery.Status.allCases.map { .string($0.rawValue) }),
            ],
            "target": ["type": "string", "enum": ["run", "service"]],
        ],
        optional: [
            "url": APISchema.text, "last_attempt_at": APISchema.time, "last_status": APISchema.count,
            "last_error": APISchema.text, "next_attempt_at": APISchema.time,
        ]
    )

    private static let events: JSONValue = [
        "type": "string", "enum": .array(Webhook.Event.allCases.map { .string($0.rawValue) }),
    ]

    /// The field `webhook` of a request.
    static let field = APISchema.object(
        ["url": ["type": "string", "maxLength": .integer(Int64(Webhook.longestURL))]],
        optional: ["events": APISchema.array(of: events), "secret": APISchema.text]
    )
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import JSON
import ServiceKit
import Steering

/// What the routes below `/api/agents` do, for `GET /openapi.json`.
enum AgentDescriptions {
    static let start = RouteDescription(
        "Start a run",
        body: runRequest,
        answers: [.json("The run, which goes on in the background.", accepted)],
        problems: [409, 429]
    )

    static let list = RouteDescription(
        "The runs, the newest first, in pages",
        parameters: [
            .init("status", "Only runs with this status.", APISchema.status),
            .init("session_id", "Only runs of this session.", APISchema.identifier),
            .init("batch_id", "Only runs of this batch.", APISchema.identifier),
            .init("limit", "The most runs of a page.", APISchema.integer(1...200)),
            .init("after", "The run behind which the page begins.", APISchema.identifier),
        ],
        answers: [
            .json(
                "A page of the list.",
                APISchema.object(
                    ["runs": APISchema.array(of: run)],
                    optional: ["next": APISchema.identifier, "total": APISchema.count]
                )
            )
        ],
        problems: [422]
    )

    static let show = RouteDescription("A run as it is now", answers: [.json("The run.", run)], problems: [404, 422])

    static let instructions = RouteDescription(
        "What a run did, as instructions that do it again",
        parameters: [.init("Accept", in: .header, "text/plain or application/json.", APISchema.text)],
        answers: [
            .init(
                200,
                "The instructions.",
                [
                    "text/plain": APISchema.text,
                    "application/json": APISchema.object([
                        "request_id": APISchema.identifier, "task": APISchema.text,
                    ]),
                ]
            )
        ],
        problems: [404, 409, 422]
    )

    static let cancel = RouteDescription(
        "Cancel a run",
        answers: [.json("It had ended already.", run), .json(202, "It is being stopped.", run)],
        problems: [404, 422]
    )

    static let pause = RouteDescription(
        "Hold a run before its next action",
        answers: [.json("It is held.", run), .json(202, "It will be in a moment, or when it begins.", run)],
        problems: [404, 409, 422]
    )

    static let resume = RouteDescription(
        "Let a run go on that is held",
        answers: [.json("It goes on.", run), .json(202, "It will in a moment.", run)],
        problems: [404, 409, 422]
    )

    static let answer = RouteDescription(
        "Answer the question that a run waits with",
        body: [
            "type": "object",
            "oneOf": [
                APISchema.object(["text": ["type": "string", "minLength": 1, "maxLength": 4000]]),
                APISchema.object(["approved": ["type": "boolean"]]),
            ],
        ],
        answers: [.json(202, "The run as it was; it goes on in a moment.", run)],
        problems: [404, 409]
    )

    static let tell = RouteDescription(
        "Add something to the task of a run that a model plans",
        body: APISchema.object(["text": ["type": "string", "minLength": 1, "maxLength": 4000]]),
        answers: [.json(202, "The run. Its model is told with its next step.", run)],
        problems: [404, 409]
    )

    static let startBatch = RouteDescription(
        "Start a batch of runs",
        body: APISchema.object(
            [
                "batch_id": APISchema.identifier,
                "tasks": [
                    "type": "array", "items": task, "minItems": 1,
                    "maxItems": .integer(Int64(BatchRequest.maximumTasks)),
                ],
            ],
            optional: ["webhook": WebhookRoutes.field]
        ),
        answers: [
            .json(
                "The batch, which goes on in the background.",
                APISchema.object(
                    [
                        "batch_id": APISchema.identifier, "channel": APISchema.text, "stream_url": APISchema.text,
                        "created_at": APISchema.time, "runs": APISchema.array(of: accepted),
                    ],
                    optional: ["viewer_token": APISchema.text]
                )
            )
        ],
        problems: [409, 429]
    )

    static let showBatch = RouteDescription(
        "A batch as it is now, with its runs",
        answers: [.json("The batch.", batch)],
        problems: [404, 422]
    )

    static let cancelBatch = RouteDescription(
        "Cancel all runs of a batch",
        answers: [.json("All had ended already.", batch), .json(202, "They are being stopped.", batch)],
        problems: [404, 422]
    )

    static let takeControl = RouteDescription(
        "Take control of a run's browser, or keep it",
        body: APISchema.object([:], optional: ["control_token": APISchema.text]),
        answers: [
            .json(
                "The lease: 30 seconds, renewed by its use.",
                APISchema.object([
                    "request_id": APISchema.identifier, "control_token": APISchema.text, "expires_at": APISchema.time,
                ])
            )
        ],
        problems: [404, 409]
    )

    static let giveControl = RouteDescription(
        "Give control of a run's browser back",
        body: APISchema.object(["control_token": APISchema.text]),
        answers: [.init(204, "The run goes on, unless it is paused.")],
        problems: [404, 409]
    )

    static let input = RouteDescription(
        "Use the mouse and the keyboard on a run's page",
        body: APISchema.object(
            ["control_token": APISchema.text, "events": APISchema.array(of: event)],
            optional: ["view": ["type": "array", "items": ["type": "number"], "minItems": 2, "maxItems": 2]]
        ),
        answers: [.init(204, "The events are on their way to the page.")],
        problems: [404, 409, 429]
    )

    private static let event = APISchema.object(
        ["type": ["type": "string", "enum": .array(HumanInput.Kind.allCases.map { .string($0.rawValue) })]],
        optional: [
            "x": ["type": "number"], "y": ["type": "number"],
            "button": ["type": "string", "enum": ["left", "middle", "right"]], "count": APISchema.integer(1...3),
            "delta_x": ["type": "number"], "delta_y": ["type": "number"], "key": APISchema.text,
            "text": APISchema.text,
            "modifiers": APISchema.array(of: ["type": "string", "enum": ["alt", "control", "meta", "shift"]]),
        ]
    )

    private static let taskText: JSONValue = [
        "type": "string", "minLength": 1, "maxLength": .integer(Int64(RunLimits.taskCharacters.upperBound)),
    ]

    private static let options: [String: JSONValue] = [
        "session_id": APISchema.identifier, "batch_id": APISchema.identifier,
        "max_steps": APISchema.integer(RunLimits.steps), "timeout_seconds": APISchema.integer(RunLimits.timeoutSeconds),
        "planner": [
            "type": "string", "enum": .array(RunRequest.Planner.allCases.map { .string($0.rawValue) }),
        ],
        "output_schema": ["type": "object"], "screenshots": ["type": "boolean"],
        "allowed_domains": [
            "type": "array", "items": APISchema.text, "minItems": .integer(Int64(RunLimits.domains.lowerBound)),
            "maxItems": .integer(Int64(RunLimits.domains.upperBound)),
        ],
        "sensitive_data": ["type": "object"], "webhook": WebhookRoutes.field,
    ]

    private static let runRequest = APISchema.object(
        ["task": taskText, "request_id": APISchema.identifier],
        optional: options
    )

    private static let task = APISchema.object(
        ["task": taskText],
        optional: options.merging(["request_id": APISchema.identifier]) { first, _ in first }
    )

    private static let accepted = APISchema.object(
        [
            "request_id": APISchema.identifier, "session_id": APISchema.identifier, "status": APISchema.status,
            "channel": APISchema.text, "stream_url": APISchema.text, "created_at": APISchema.time,
        ],
        optional: ["viewer_token": APISchema.text]
    )

    private static let run = APISchema.object(
        [
            "request_id": APISchema.identifier, "session_id": APISchema.identifier, "task": APISchema.text,
            "status": APISchema.status, "steps": APISchema.count, "channel": APISchema.text,
            "stream_url": APISchema.text, "created_at": APISchema.time,
        ],
        optional: [
            "batch_id": APISchema.identifier, "result": APISchema.text,
            "planner": ["type": "string", "enum": ["llm", "instructions"]], "error": APISchema.text,
            "traceparent": APISchema.text, "waiting_for": waitingFor, "started_at": APISchema.time,
            "finished_at": APISchema.time,
            "usage": APISchema.object([
                "input_tokens": APISchema.count, "cached_input_tokens": APISchema.count,
                "output_tokens": APISchema.count,
            ]),
        ]
    )

    private static let waitingFor = APISchema.object(
        [
            "kind": ["type": "string", "enum": .array(WaitingFor.Kind.allCases.map { .string($0.rawValue) })],
            "question": APISchema.text, "expires_at": APISchema.time,
        ],
        optional: ["secret": ["type": "boolean"]]
    )

    private static let batch = APISchema.object([
        "batch_id": APISchema.identifier, "sealed": ["type": "boolean"], "over": ["type": "boolean"],
        "counts": ["type": "object", "additionalProperties": APISchema.count], "channel": APISchema.text,
        "stream_url": APISchema.text, "created_at": APISchema.time, "runs": APISchema.array(of: run),
    ])
}

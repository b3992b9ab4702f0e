//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Hummingbird
import Logging
import ServiceKit
import TestSupport

/// Runs test routes behind the middleware of both services, on a free port, while the body runs.
///
/// - `POST /echo` returns the JSON of the request, `GET /runs/{request_id}` the identifier in the path.
/// - `GET /problem` throws a problem with fields and a header, `GET /crash` an unexpected error.
func withTestApplication(
    readiness: @escaping HealthRoutes.Check = { nil },
    settings: [String: String] = [:],
    origins: OriginPolicy = .none,
    logger: Logger? = nil,
    _ body: (_ port: Int) async throws -> Void
) async throws {
    struct Unforeseen: Error, CustomStringConvertible { let description = "the password is hunter2" }

    var read = Settings(settings)
    let service = try ServiceConfiguration(&read, ServiceSettings(port: 0, origins: "none"))
    let router = ServiceRouter(service, origins: origins, title: "test", logger: quietLogger("test"))
    HealthRoutes(readiness: readiness).add(to: router.open)
    let guarded = router.guarded
    MetricRoutes(router.metrics).add(to: guarded)
    let description = RouteDescription("A test", answers: [.init(200, "What is tested.", "text/plain")])
    guarded.post("/echo", description) { request, context in
        Response.json(Array(try await request.json(context: context).text.utf8))
    }
    guarded.get("/runs/:request_id", description) { _, context in
        try Identifier(path: context, "request_id").rawValue
    }
    guarded.get("/problem", description) { _, _ -> Response in
        throw Problem(
            .unprocessableContent,
            "Two fields are wrong.",
            errors: [.init(field: "task", message: "is \"missing\""), .init(field: "planner", message: "no")],
            headers: [.retryAfter: "7"]
        )
    }
    guarded.get("/crash", description) { _, _ -> Response in throw Unforeseen() }

    // The middleware's log of errors that a test provokes must not be in the test's output.
    let logger = logger ?? quietLogger("test")
    try await withService(grace: .seconds(1)) { onListening in
        router.application(service, logger: logger, onListening: onListening)
    } _: { port in
        try await body(port)
    }
}

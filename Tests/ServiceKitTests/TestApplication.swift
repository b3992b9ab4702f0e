//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceKit
import ServiceLifecycle
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
    let router = ServiceRouter(service, origins: origins)
    HealthRoutes(readiness: readiness).add(to: router)
    let guarded = router.guarded
    guarded.post("/echo") { request, context in
        Response.json(Array(try await request.json(context: context).text.utf8))
    }
    guarded.get("/runs/:request_id") { _, context in
        try Identifier(path: context, "request_id").rawValue
    }
    guarded.get("/problem") { _, _ -> Response in
        throw Problem(
            .unprocessableContent,
            "Two fields are wrong.",
            errors: [.init(field: "task", message: "is \"missing\""), .init(field: "planner", message: "no")],
            headers: [.retryAfter: "7"]
        )
    }
    guarded.get("/crash") { _, _ -> Response in throw Unforeseen() }

    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    var quiet = Logger(label: "test", factory: { StreamLogHandler.standardError(label: $0) })
    // The middleware's log of errors that a test provokes must not be in the test's output.
    quiet.logLevel = .critical
    let logger = logger ?? quiet
    let connections = ConnectionTable(limits: service.connections)
    let application = Application(
        router: router,
        server: .service(connections),
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
            try? await connections.watch(channel, logger: logger)
            if let bound = channel.localAddress?.port { port.yield(bound) }
            port.finish()
        },
        logger: logger
    )
    var configuration = ServiceGroupConfiguration(services: [application], logger: logger)
    configuration.maximumGracefulShutdownDuration = .seconds(1)
    let group = ServiceGroup(configuration: configuration)
    async let running: Void = {
        defer { port.finish() }
        try await group.run()
    }()
    guard let bound = await ports.first(where: { _ in true }) else {
        try await running
        throw TestFailure("The application has ended before it was asked anything")
    }
    do {
        try await body(bound)
    } catch {
        await group.triggerGracefulShutdown()
        try? await running
        throw error
    }
    await group.triggerGracefulShutdown()
    try? await running
}

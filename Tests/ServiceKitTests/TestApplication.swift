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

/// Runs routes of the tests behind the middleware of both services, on a free port, as long as the body takes.
///
/// - `POST /echo` answers the JSON that was sent, `GET /runs/{request_id}` the identifier of the path.
/// - `GET /problem` throws a problem with fields and a header, `GET /crash` an error that nobody foresaw.
func withTestApplication(
    readiness: @escaping HealthRoutes.Check = { nil },
    _ body: (_ port: Int) async throws -> Void
) async throws {
    struct Unforeseen: Error, CustomStringConvertible { let description = "the password is hunter2" }

    let router = Router(context: ServiceContext.self)
    router.add(middleware: ProblemMiddleware())
    HealthRoutes(readiness: readiness).add(to: router)
    let guarded = router.group()
    guarded.add(middleware: LoopbackOnly())
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
    var logger = Logger(label: "test", factory: { StreamLogHandler.standardError(label: $0) })
    // What the middleware logs of the error that a test provokes is not for the test's output.
    logger.logLevel = .critical
    let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { channel in
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

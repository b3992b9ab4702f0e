//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Logging
package import ServiceLifecycle

/// Runs a service on a free port while the body runs, and shuts it down gracefully.
///
/// - Parameters:
///   - grace: The time limit for its shutdown, after which it is cancelled and its error ignored; `nil` is 60 s, and the
///     error is thrown.
///   - build: Creates the service, which must call the closure with its port once it listens.
///   - body: Receives the port.
/// - Throws: Errors of the body and of the service.
package func withService<Result>(
    grace: Duration? = nil,
    _ build: (_ onListening: @escaping @Sendable (Int) async -> Void) -> any Service,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (_ port: Int) async throws -> Result
) async throws -> Result {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    let service = build { bound in
        port.yield(bound)
        port.finish()
    }
    var configuration = ServiceGroupConfiguration(services: [service], logger: quietLogger("service"))
    configuration.maximumGracefulShutdownDuration = grace ?? .seconds(60)
    let group = ServiceGroup(configuration: configuration)
    async let running: Void = {
        defer { port.finish() }
        try await group.run()
    }()
    guard let bound = await ports.first(where: { _ in true }) else {
        try await running
        throw TestFailure("The service ended before it was used")
    }
    do {
        let result = try await body(bound)
        await group.triggerGracefulShutdown()
        do {
            try await running
        } catch  where grace != nil {}
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try? await running
        throw error
    }
}

/// A logger that only writes what must not happen in a test.
package func quietLogger(_ label: String) -> Logger {
    var logger = Logger(label: label, factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = .critical
    return logger
}

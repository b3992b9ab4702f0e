//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DemoSite
import Logging
import ServiceLifecycle

/// A demo site that runs for a test.
package struct DemoSiteServer: Sendable {
    /// The TCP port on 127.0.0.1.
    package let port: Int

    /// The URL of its home page, such as `http://127.0.0.1:40123/`.
    package var url: String { "http://127.0.0.1:\(port)/" }

    /// The URL of a page.
    /// - Parameter path: The path and query, starting with a slash.
    package func url(_ path: String) -> String { "http://127.0.0.1:\(self.port)\(path)" }
}

/// Runs the demo site on a free port while the body runs.
package func withDemoSite<Result>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (DemoSiteServer) async throws -> Result
) async throws -> Result {
    let (ports, port) = AsyncStream.makeStream(of: Int.self)
    var logger = Logger(label: "demo-site", factory: { StreamLogHandler.standardError(label: $0) })
    logger.logLevel = .error
    let site = DemoSite(logger: logger) { bound in
        port.yield(bound)
        port.finish()
    }
    var configuration = ServiceGroupConfiguration(services: [site], logger: logger)
    // Connections that a browser keeps open must not delay the shutdown.
    configuration.maximumGracefulShutdownDuration = .seconds(1)
    let group = ServiceGroup(configuration: configuration)
    async let running: Void = {
        defer { port.finish() }
        try await group.run()
    }()
    guard let bound = await ports.first(where: { _ in true }) else {
        try await running
        throw TestFailure("The demo site has ended before it was asked anything")
    }
    do {
        let result = try await body(DemoSiteServer(port: bound))
        await group.triggerGracefulShutdown()
        // The way in which the site ends does not matter: after the grace period it is cancelled.
        try? await running
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try? await running
        throw error
    }
}

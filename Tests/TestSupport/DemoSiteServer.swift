//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DemoSite
import Logging
import ServiceLifecycle

/// The demo site while it runs for a test.
package struct DemoSiteServer: Sendable {
    /// The TCP port on 127.0.0.1.
    package let port: Int

    /// Its home page's URL, for example `http://127.0.0.1:40123/`.
    package var url: String { "http://127.0.0.1:\(port)/" }

    /// The URL of a page.
    /// - Parameter path: The path with its query, beginning with a slash.
    package func url(_ path: String) -> String { "http://127.0.0.1:\(self.port)\(path)" }
}

/// Runs the demo site on a free port as long as the body takes.
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
    // A browser that keeps its connection open does not keep the site alive.
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
        // How the site ends is not what a test is about: past its grace it is cancelled.
        try? await running
        return result
    } catch {
        await group.triggerGracefulShutdown()
        try? await running
        throw error
    }
}

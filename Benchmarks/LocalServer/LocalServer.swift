//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird
import Logging
package import Loopback

/// An HTTP server of a benchmark's own, on a free port of 127.0.0.1.
package struct LocalServer: Sendable {
    package let port: UInt16

    /// Reserves nothing: the port is free at this moment.
    ///
    /// - Throws: `LoadError` when there is no free port.
    package init() throws(LoadError) { port = try Socket.freePort() }

    /// Serves routes for as long as the body runs.
    package func serve<Result: Sendable>(
        _ router: Router<BasicRequestContext>,
        body: () async throws -> Result
    ) async throws -> Result {
        var logger = Logger(label: "local-server")
        logger.logLevel = .critical
        let (ready, isReady) = AsyncStream<Void>.makeStream()
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: Int(port))),
            onServerRunning: { _ in isReady.finish() },
            logger: logger
        )
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await _ in ready {}
            defer { group.cancelAll() }
            return try await body()
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DemoSite

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
    // Connections that a browser keeps open must not delay the shutdown.
    try await withService(grace: .seconds(1)) { onListening in
        DemoSite(logger: quietLogger("demo-site"), onRunning: onListening)
    } _: { port in
        try await body(DemoSiteServer(port: port))
    }
}

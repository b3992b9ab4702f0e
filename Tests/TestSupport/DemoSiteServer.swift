//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import DemoSite

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
    // A browser that keeps its connection open does not keep the site alive.
    try await withService(grace: .seconds(1)) { onListening in
        DemoSite(logger: quietLogger("demo-site"), onRunning: onListening)
    } _: { port in
        try await body(DemoSiteServer(port: port))
    }
}

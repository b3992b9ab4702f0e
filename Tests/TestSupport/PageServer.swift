//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// A web site with a test's own pages, on a free port of the loopback address.
package struct PageServer: Sendable {
    private let server: ScriptedServer

    /// Its origin by address: `http://127.0.0.1:1234`.
    package var origin: String { server.url }

    /// Its origin by name, which is another site to a browser: `http://localhost:1234`.
    package var otherOrigin: String { "http://localhost:\(server.port)" }

    /// The targets of all requests so far.
    package var targets: [String] { server.requests.map(\.target) }

    /// The bodies of all requests so far.
    package var bodies: [String] { server.requests.map(\.body) }

    /// Serves pages while the body runs.
    ///
    /// - Parameter page: Returns the HTML for a path and query; `nil` gives a 404.
    package static func with<Result: Sendable>(
        _ page: @escaping @Sendable (_ target: String) -> String?,
        body: (PageServer) async throws -> Result
    ) async throws -> Result {
        try await ScriptedServer.with { connection in
            let request = try await connection.request()
            guard let html = page(request.target) else { return try await connection.respond("404 Not Found") }
            var headers = ["Content-Type": "text/html; charset=utf-8"]
            if request.target.hasPrefix("/download/") {
                headers = ["Content-Type": "application/octet-stream", "Content-Disposition": "attachment"]
            }
            try await connection.respond("200 OK", headers: headers, body: html)
        } body: { server in
            try await body(PageServer(server: server))
        }
    }
}

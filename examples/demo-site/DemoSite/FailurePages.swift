//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import NIOCore

/// Failures on the web: a server error, and a connection that is closed without a response.
enum FailurePages {
    static func addRoutes(to router: Router<DemoSiteContext>) {
        router.get("fails") { _, _ in
            Page(
                title: "Server error",
                content: Embedded.serverErrorHTML,
                status: .internalServerError
            )
        }
        router.get("drops") { _, context -> Response in
            try await context.channel.close()
            throw HTTPError(.serviceUnavailable)
        }
    }
}

/// Shows errors as pages, including the usual one of a missing page.
struct PageErrors: RouterMiddleware {
    func handle(
        _ request: Request,
        context: DemoSiteContext,
        next: (Request, DemoSiteContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            let isMissing = error.status == .notFound
            let page = Page(
                title: isMissing ? "Page not found" : "Error \(error.status.code)",
                content: Embedded.errorHTML.filled([
                    "title": isMissing ? "Page not found" : error.status.reasonPhrase, "path": request.uri.path,
                    "code": "\(error.status.code)",
                ]),
                status: error.status
            )
            return page.response(from: request, context: context)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird

/// Serves only this machine, as Redis's protected mode does, as long as no authentication is configured.
package struct LoopbackOnly: RouterMiddleware {
    /// What the context of the routes is.
    package typealias Context = ServiceContext

    /// A middleware, to stand before all routes that show or do something.
    package init() {}

    /// Passes requests of loopback addresses on.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard context.isFromLoopback else {
            throw Problem(
                .forbidden,
                "Only loopback addresses are served, because no authentication is configured. "
                    + "Set AUTH_DISABLED=1 where the network itself protects the service."
            )
        }
        return try await next(request, context)
    }
}

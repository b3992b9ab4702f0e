//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Hummingbird

/// Serves only clients on this machine while no authentication is configured, like Redis's protected mode.
package struct LoopbackOnly: RouterMiddleware {
    package typealias Context = ServiceContext

    package init() {}

    /// Passes on requests from loopback addresses.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard context.isFromLoopback else {
            throw Problem(
                .forbidden,
                "Only loopback addresses are served, because no authentication is configured. "
                    + "Set AUTH_DISABLED=1 if the network protects the service."
            )
        }
        return try await next(request, context)
    }
}

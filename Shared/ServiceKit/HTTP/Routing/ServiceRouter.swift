//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
import HTTPTypes
package import Hummingbird
package import Logging

/// The router of a service: what holds for all its routes is here.
///
/// From outside to inside: what the service adds; pages of other origins are told whether they may
/// read; errors become problems; wrong methods are answered. Routes of ``guarded`` are also for this machine alone, unless
/// the service is open, and not for pages that have no business there.
package final class ServiceRouter: RouterMethods, HTTPResponderBuilder {
    /// What the context of the routes is.
    package typealias Context = ServiceContext

    /// The routes that show or do something.
    package var guarded: RouterGroup<ServiceContext> {
        let group = self.group()
        group.add(middleware: pageGuard)
        if let verifier {
            group.add(middleware: AccessMiddleware(verifier: verifier))
        } else if !isOpen {
            group.add(middleware: LoopbackOnly())
        }
        return group
    }

    /// The routes that anybody may load who may reach the service: its page, and the way to sign in.
    package var unauthenticated: RouterGroup<ServiceContext> {
        let group = self.group()
        group.add(middleware: pageGuard)
        if verifier == nil, !isOpen { group.add(middleware: LoopbackOnly()) }
        return group
    }

    /// What verifies tokens; `nil` where no authentication is configured.
    package let verifier: TokenVerifier?

    private let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    private let table = RouteTable()
    private let pageGuard: PageGuard
    private let isOpen: Bool

    /// A router without routes.
    ///
    /// - Parameters:
    ///   - service: The settings: who is served, by which names, and for which pages.
    ///   - origins: The pages that may read, when `CORS_ORIGINS` does not say.
    ///   - path: How the paths begin that are for pages of other origins at all, whatever `CORS_ORIGINS` says.
    ///   - outermost: What sees the response as it is sent, after everything else.
    ///   - logger: For the service's own log.
    package init(
        _ service: ServiceConfiguration,
        origins standard: OriginPolicy = .none,
        below path: String = "/",
        outermost: (any MiddlewareProtocol<Request, Response, ServiceContext>)? = nil,
        logger: Logger
    ) {
        // A service that others can reach is not protected by what it is called; it may be called anything.
        let origins = service.corsOrigins ?? (service.isProtected ? .none : standard)
        isOpen = service.isOpen
        verifier = service.access?.verifier(logger: logger)
        pageGuard = PageGuard(
            hosts: service.isProtected && service.allowedHosts.isEmpty ? nil : service.allowedHosts,
            origins: origins,
            path: path
        )
        if let outermost { router.add(middleware: outermost) }
        router.add(middleware: CrossOriginMiddleware(origins: origins, path: path))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: MethodMiddleware(table: table))
    }

    /// Adds a route.
    @discardableResult
    package func on<Responder: HTTPResponder>(
        _ path: RouterPath,
        method: HTTPRequest.Method,
        responder: Responder
    ) -> Self where Responder.Context == ServiceContext {
        table.add(path.description, method)
        router.on(path, method: method, responder: responder)
        return self
    }

    /// Adds a middleware to the routes that are added behind it.
    @discardableResult
    package func add(middleware: any MiddlewareProtocol<Request, Response, ServiceContext>) -> Self {
        router.add(middleware: middleware)
        return self
    }

    /// What answers the requests.
    package func buildResponder() -> RouterResponder<ServiceContext> { router.buildResponder() }
}

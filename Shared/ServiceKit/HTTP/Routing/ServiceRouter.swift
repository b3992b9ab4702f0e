//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Access
import AgentLogs
import HTTPTypes
package import Hummingbird
import JSON
package import Logging
package import Traces

/// The router of a service, with everything that applies to all its routes.
///
/// The order from the outside: the service's own middleware, who asks, metrics, CORS, errors as problems, unknown methods. The routes of
/// ``guarded`` are also restricted to this machine, unless the service is open, and protected from foreign pages.
package final class ServiceRouter: HTTPResponderBuilder {
    package typealias Context = ServiceContext

    /// The routes that show or change data.
    package var guarded: RouteGroup {
        let group = router.group()
        group.add(middleware: pageGuard)
        if let verifier {
            group.add(middleware: AccessMiddleware(verifier: verifier))
        } else if !isOpen {
            group.add(middleware: LoopbackOnly())
        }
        return RouteGroup(group, table, document, .token)
    }

    /// The routes that anybody may load who may reach the service: its page, and the way to sign in.
    package var unauthenticated: RouteGroup {
        let group = router.group()
        group.add(middleware: pageGuard)
        if verifier == nil, !isOpen { group.add(middleware: LoopbackOnly()) }
        return RouteGroup(group, table, document, .page)
    }

    /// The routes that anybody may load, by whatever name they call the service.
    package var open: RouteGroup { RouteGroup(router.group(), table, document, .open) }

    /// The service's metrics.
    package let metrics = MetricRegistry.service()

    /// What verifies tokens; `nil` where no authentication is configured.
    package let verifier: TokenVerifier?

    /// What exports spans; `nil` where that is not set.
    package let tracer: Tracer?

    private let router = Router(context: ServiceContext.self, options: .autoGenerateHeadEndpoints)
    private let table = RouteTable()
    private let document: APIDocument
    private let pageGuard: PageGuard
    private let isOpen: Bool

    /// A router without routes.
    ///
    /// - Parameters:
    ///   - service: The settings that say which clients, host names and origins are served.
    ///   - origins: The origins that may read if `CORS_ORIGINS` is not set.
    ///   - path: The prefix of the paths that other origins may ever use, whatever `CORS_ORIGINS` says.
    ///   - title: What the service is called in its description.
    ///   - outermost: A middleware around all others, which sees the response as it is sent.
    ///   - logger: For the service's own log.
    package init(
        _ service: ServiceConfiguration,
        origins standard: OriginPolicy = .none,
        below path: String = "/",
        title: String,
        outermost: (any MiddlewareProtocol<Request, Response, ServiceContext>)? = nil,
        logger: Logger
    ) {
        // The host name does not protect a service that others can reach, so any name is allowed.
        let origins = service.corsOrigins ?? (service.isProtected ? .none : standard)
        isOpen = service.isOpen
        verifier = service.access?.verifier(logger: logger)
        tracer = service.traceEndpoint.map {
            Tracer(endpoint: $0, service: title, version: Release.version, logger: logger)
        }
        document = APIDocument(title: title, hasTokens: service.access != nil)
        pageGuard = PageGuard(
            hosts: service.isProtected && service.allowedHosts.isEmpty ? nil : service.allowedHosts,
            origins: origins,
            path: path
        )
        if let outermost { router.add(middleware: outermost) }
        router.add(middleware: RequestIdentity(proxies: service.connections.proxies))
        router.add(middleware: RequestTracing(tracer: tracer))
        router.add(middleware: RequestMetrics(registry: metrics))
        router.add(middleware: CrossOriginMiddleware(origins: origins, path: path))
        router.add(middleware: ProblemMiddleware())
        router.add(middleware: MethodMiddleware(table: table))
    }

    /// Adds `GET /openapi.json`, which describes all routes.
    package func addDocument() {
        let description = RouteDescription(
            "This description",
            answers: [.json("OpenAPI 3.1.", ["type": "object"])]
        )
        unauthenticated.get("/openapi.json", description) { [document] _, _ in Response.json(document.json.bytes) }
    }

    package func buildResponder() -> RouterResponder<ServiceContext> { router.buildResponder() }
}

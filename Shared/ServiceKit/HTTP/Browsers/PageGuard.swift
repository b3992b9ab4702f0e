//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// Protects a service from web pages that misuse their visitor's access to it.
///
/// - 421 for a `Host` that is neither this machine nor in `ALLOWED_HOSTS`: a page whose name was rebound to 127.0.0.1.
/// - 403 for a request that makes a change and comes from a page of another origin that is not in `CORS_ORIGINS`.
struct PageGuard: RouterMiddleware {
    typealias Context = ServiceContext

    /// `nil` allows any name.
    let hosts: HostPolicy?
    let origins: OriginPolicy

    /// The prefix of the paths that other origins may use. All other paths are for the service's own pages.
    let path: String

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        if let hosts {
            // No browser omits it; HTTP/1.0 clients may.
            let name = request.head.authority ?? "localhost"
            guard let host = HostField(field: name), hosts.allows(host) else {
                throw Problem(
                    .misdirectedRequest,
                    "\(name) is not a name of this service. Use localhost, or add the name to ALLOWED_HOSTS."
                )
            }
        }
        if ![.get, .head, .options].contains(request.method), let origin = foreignOrigin(of: request) {
            throw Problem(
                .forbidden,
                "A page of another origin (\(origin)) may not do this. Add the origin to CORS_ORIGINS to allow it."
            )
        }
        return try await next(request, context)
    }

    /// The origin of the requesting page, unless it is the service's own or is allowed.
    private func foreignOrigin(of request: Request) -> String? {
        // Set by browsers; pages cannot set it.
        let site = request.headers[.secFetchSite]
        guard let origin = request.headers[.origin] else {
            return site == nil || site == "same-origin" || site == "none" ? nil : "unknown"
        }
        if site == "same-origin" { return nil }
        if origins.permitsChanges, request.uri.path.hasPrefix(path), origins.permission(of: origin) != .none {
            return nil
        }
        guard let (scheme, authority) = OriginPolicy.parts(origin), let page = HostField(field: authority),
            let own = request.head.authority.flatMap({ HostField(field: $0) })
        else { return origin }
        // Behind a proxy the scheme is unknown, so the default port is that of the page's scheme.
        let port = OriginPolicy.port(of: scheme)
        return page.name == own.name && page.port ?? port == own.port ?? port ? nil : origin
    }
}

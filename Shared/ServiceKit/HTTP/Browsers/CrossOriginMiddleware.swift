//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird

/// Tells browsers which pages of other origins may read responses (the Fetch standard's CORS protocol).
struct CrossOriginMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let origins: OriginPolicy

    /// The prefix of the paths that pages of these origins may read.
    let path: String

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var response = try await next(request, context)
        guard !origins.isEmpty, request.uri.path.hasPrefix(path) else { return response }
        response.headers.append(.init(name: .vary, value: "Origin"))
        guard let origin = request.headers[.origin] else { return response }
        switch origins.permission(of: origin) {
        case .none: return response
        case .anyone: response.headers[.accessControlAllowOrigin] = "*"
        case .named:
            response.headers[.accessControlAllowOrigin] = origin
            if origins.permitsChanges, origin != "null" {
                response.headers[.accessControlAllowCredentials] = "true"
            }
        }
        if request.method == .options, request.headers[.accessControlRequestMethod] != nil {
            completePreflight(&response, request)
        } else {
            response.headers[.accessControlExposeHeaders] = "Retry-After, RateLimit, RateLimit-Policy, X-Request-Id"
        }
        return response
    }

    private func completePreflight(_ response: inout Response, _ request: Request) {
        guard response.status == .noContent else { return }
        let methods = origins.permitsChanges ? response.headers[.allow] : "GET, HEAD"
        response.headers[.accessControlAllowMethods] = methods
        response.headers[.accessControlAllowHeaders] = "Last-Event-ID, Cache-Control, Authorization, Content-Type"
        response.headers[.accessControlMaxAge] = "600"
        if request.headers[.accessControlRequestPrivateNetwork] == "true" {
            response.headers[.accessControlAllowPrivateNetwork] = "true"
        }
    }
}

extension HTTPField.Name {
    // Our own constants are valid tokens; the fallback is never used.
    static let accessControlRequestPrivateNetwork = HTTPField.Name("Access-Control-Request-Private-Network") ?? .vary
    static let accessControlAllowPrivateNetwork = HTTPField.Name("Access-Control-Allow-Private-Network") ?? .vary
    static let secFetchSite = HTTPField.Name("Sec-Fetch-Site") ?? .vary
}

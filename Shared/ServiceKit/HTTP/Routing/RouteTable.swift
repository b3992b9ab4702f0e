//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Synchronization

/// The methods of each path, for requests with another method.
final class RouteTable: Sendable {
    private struct Route {
        var segments: [Substring]
        var methods: Set<HTTPRequest.Method>
    }

    private let routes = Mutex<[String: Route]>([:])

    /// Adds a method to a path such as `/api/agents/{request_id}`.
    func add(_ path: String, _ method: HTTPRequest.Method) {
        self.routes.withLock { routes in
            var route = routes[path] ?? Route(segments: path.split(separator: "/"), methods: [.options])
            route.methods.insert(method)
            if method == .get { route.methods.insert(.head) }
            routes[path] = route
        }
    }

    /// The methods of the route that matches the path, as `Allow` lists them; `nil` if none matches.
    func methods(at path: String) -> String? {
        let segments = path.split(separator: "/")
        let matching = routes.withLock { $0.values.filter { Self.matches($0.segments, segments) } }
        // Like the router, prefer literal segments to parameters.
        let route = matching.max { Self.literals($0) < Self.literals($1) }
        return route?.methods.map(\.rawValue).sorted().joined(separator: ", ")
    }

    private static func matches(_ pattern: [Substring], _ segments: [Substring]) -> Bool {
        let isPrefix = pattern.last == "**"
        let pattern = isPrefix ? pattern.dropLast() : pattern[...]
        return (isPrefix ? segments.count > pattern.count : segments.count == pattern.count)
            && zip(pattern, segments).allSatisfy { Self.isParameter($0) || $0 == $1 }
    }

    private static func literals(_ route: Route) -> Int {
        route.segments.count { !isParameter($0) }
    }

    private static func isParameter(_ segment: Substring) -> Bool { segment.first == "{" }
}

/// Responds to methods that an existing path does not have: 204 to `OPTIONS`, 405 to others, both with `Allow`.
struct MethodMiddleware: RouterMiddleware {
    typealias Context = ServiceContext

    let table: RouteTable

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            let path = request.uri.path
            let isForWholeServer = request.method == .options && request.head.path == "*"
            guard let methods = isForWholeServer ? "DELETE, GET, HEAD, OPTIONS, POST" : table.methods(at: path)
            else { throw error }
            guard request.method != .options else {
                return Response(status: .noContent, headers: [.allow: methods])
            }
            throw Problem(
                .methodNotAllowed,
                "\(request.method.rawValue) is not allowed at \(path); allowed: \(methods).",
                headers: [.allow: methods]
            )
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Synchronization

/// The methods of each path, for those who ask with another one.
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

    /// The methods of the route that the path leads to, as `Allow` lists them; `nil` when there is none.
    func methods(at path: String) -> String? {
        let segments = path.split(separator: "/")
        let matching = routes.withLock { $0.values.filter { Self.matches($0.segments, segments) } }
        // The router prefers what is written out to what stands for anything.
        let route = matching.max { Self.literals($0) < Self.literals($1) }
        return route?.methods.map(\.rawValue).sorted().joined(separator: ", ")
    }

    private static func matches(_ pattern: [Substring], _ segments: [Substring]) -> Bool {
        pattern.count == segments.count && zip(pattern, segments).allSatisfy { Self.standsForAnything($0) || $0 == $1 }
    }

    private static func literals(_ route: Route) -> Int {
        route.segments.count { !standsForAnything($0) }
    }

    private static func standsForAnything(_ segment: Substring) -> Bool { segment.first == "{" }
}

/// Answers for paths that there are, and methods that they have not: 204 to `OPTIONS`, 405 to others, each with `Allow`.
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
                "\(request.method.rawValue) is not possible at \(path); allowed: \(methods).",
                headers: [.allow: methods]
            )
        }
    }
}

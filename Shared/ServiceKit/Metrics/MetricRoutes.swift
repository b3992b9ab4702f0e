//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import CoreMetrics
import Hummingbird
import NIOCore

/// `GET /metrics`: the service's metrics for Prometheus. Where clients have tokens, it needs `admin`.
package struct MetricRoutes: Sendable {
    private let registry: MetricRegistry

    package init(_ registry: MetricRegistry) { self.registry = registry }

    /// Adds the route.
    package func add(to routes: RouteGroup) {
        let description = RouteDescription(
            "Metrics for Prometheus",
            answers: [.init(200, "The metrics.", "text/plain")]
        )
        routes.get("/metrics", description) { _, context in
            try context.require(.admin)
            let text = await registry.text()
            return Response(
                status: .ok,
                headers: [.contentType: PrometheusText.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text))
            )
        }
    }
}

/// Measures how long requests take until their response begins, by route and status.
struct RequestMetrics: RouterMiddleware {
    typealias Context = ServiceContext

    static let metric = "http_server_request_duration_seconds"

    let registry: MetricRegistry

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        // The route, not the path: a path has the names of runs.
        let labels = [
            ("method", request.method.rawValue), ("route", context.endpointPath ?? "none"),
            ("status", "\(response.status.code)"),
        ]
        let duration = start.duration(to: .now)
        registry.makeTimer(label: Self.metric, dimensions: labels)
            .recordNanoseconds(Int64(duration / .nanoseconds(1)))
        return response
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import JSON
import Logging
import Traces

/// Makes each request a span of its client's trace, or of a new one where there is a tracer.
struct RequestTracing: RouterMiddleware {
    typealias Context = ServiceContext

    let tracer: Tracer?

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let fields = request.headers[values: .traceparent]
        let parent = fields.count == 1 ? TraceContext(traceparent: fields[0]) : nil
        // Nobody wants a trace of each time that a monitor asks.
        let isWatched = ["/healthz", "/readyz", "/metrics"].contains(request.uri.path)
        guard !isWatched, let trace = Trace(continuing: parent, tracer: tracer) else {
            return try await next(request, context)
        }
        var context = context
        context.logger[metadataKey: "trace_id"] = "\(trace.context.traceText)"
        return try await Trace.$current.withValue(trace) {
            try await Trace.span("\(request.method.rawValue) \(context.endpointPath ?? "none")", .server) { result in
                var attributes: [String: JSONValue] = [
                    "http.request.method": .string(request.method.rawValue),
                    "http.route": .string(context.endpointPath ?? "none"),
                ]
                if case .success(let response) = result {
                    attributes["http.response.status_code"] = .integer(Int64(response.status.code))
                }
                return attributes
            } _: {
                try await next(request, context)
            }
        }
    }
}

extension HTTPField.Name {
    // Our own constant is a valid token; the fallback is never used.
    static let traceparent = HTTPField.Name("traceparent") ?? .vary
}

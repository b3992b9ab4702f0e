//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// Finds out who asks, gives the request its name, and adds to the response what was noted for it.
///
/// It is around everything that answers, so that refusals have the fields too.
struct RequestIdentity: RouterMiddleware {
    typealias Context = ServiceContext

    let proxies: TrustedProxies

    func handle(
        _ request: Request,
        context: ServiceContext,
        next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let given = request.headers[.xRequestID].flatMap(RequestID.init) { context.requestID = given }
        context.logger[metadataKey: "hb.request.id"] = nil
        context.logger[metadataKey: "http_request_id"] = "\(context.requestID)"
        context.clientAddress = proxies.client(of: request, peer: context.clientAddress)
        var response = try await next(request, context)
        response.headers[.xRequestID] = context.requestID.description
        for field in context.notes { response.headers[field.name] = field.value }
        return response
    }
}

/// What is added to a response, wherever that comes from.
final class ResponseNotes: Sendable {
    let fields = Mutex(HTTPFields())
}

extension ServiceContext {
    /// Adds a field to the response, whether that is an error or not.
    func note(_ name: HTTPField.Name, _ value: String) { responseNotes.fields.withLock { $0[name] = value } }

    fileprivate var notes: HTTPFields { responseNotes.fields.withLock(\.self) }
}

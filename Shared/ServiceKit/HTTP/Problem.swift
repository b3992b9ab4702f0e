//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import HTTPTypes
package import Hummingbird
import NIOCore

/// An error response of both services: `application/problem+json` (RFC 9457).
package struct Problem: HTTPResponseError, Equatable {
    package var status: HTTPResponse.Status

    /// What is wrong with this request, in a sentence for the client.
    package var detail: String

    /// The invalid fields of the body.
    package var errors: [FieldError]

    /// Headers of the response, such as `Retry-After`.
    package var headers: HTTPFields

    /// An invalid field of a request.
    package struct FieldError: Hashable, Sendable {
        /// The field's name.
        package var field: String

        /// What is wrong, and what is allowed.
        package var message: String

        package init(field: String, message: String) {
            self.field = field
            self.message = message
        }
    }

    package init(
        _ status: HTTPResponse.Status,
        _ detail: String,
        errors: [FieldError] = [],
        headers: HTTPFields = [:]
    ) {
        self.status = status
        self.detail = detail
        self.errors = errors
        self.headers = headers
    }

    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status,
            headers: headers,
            body: .init(
                byteBuffer: ByteBuffer(bytes: json(instance: request.uri.path, (context as? ServiceContext)?.requestID))
            )
        )
    }

    /// The body of the response.
    ///
    /// - Parameters:
    ///   - instance: The requested path, if known.
    ///   - requestID: The name of the request.
    func json(instance: String?, _ requestID: RequestID?) -> [UInt8] {
        var writer = JSONWriter()
        // RFC 9457, section 4.2.1: a problem without a type of its own is identified by its status.
        writer.field("type", "about:blank")
        writer.field("title", self.status.reasonPhrase)
        writer.field("status", self.status.code)
        writer.field("detail", self.detail)
        if let instance { writer.field("instance", instance) }
        if let requestID { writer.field("http_request_id", requestID.description) }
        if !self.errors.isEmpty {
            let errors = self.errors.map { error in
                JSONValue.object(["field": .string(error.field), "message": .string(error.message)])
            }
            writer.field("errors", .array(errors))
        }
        return writer.finish()
    }
}

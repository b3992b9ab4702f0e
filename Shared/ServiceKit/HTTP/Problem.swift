//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import HTTPTypes
package import Hummingbird
import NIOCore

/// An error as both services answer it: `application/problem+json` (RFC 9457).
package struct Problem: HTTPResponseError, Equatable {
    package var status: HTTPResponse.Status

    /// What is wrong with this request, in a sentence for its sender.
    package var detail: String

    /// Each field of the body that is wrong.
    package var errors: [FieldError]

    /// Headers that belong to the answer, such as `Retry-After`.
    package var headers: HTTPFields

    /// A field of a request, and what is wrong with it.
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

    /// The answer.
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers = self.headers
        headers[.contentType] = "application/problem+json"
        return Response(
            status: status,
            headers: headers,
            body: .init(byteBuffer: ByteBuffer(bytes: self.json(instance: request.uri.path)))
        )
    }

    /// The body of the answer.
    ///
    /// - Parameter instance: The path that was asked for, where it is known.
    func json(instance: String?) -> [UInt8] {
        var writer = JSONWriter()
        // RFC 9457, section 4.2.1: with no type of its own a problem is told apart by its status alone.
        writer.field("type", "about:blank")
        writer.field("title", self.status.reasonPhrase)
        writer.field("status", self.status.code)
        writer.field("detail", self.detail)
        if let instance { writer.field("instance", instance) }
        if !self.errors.isEmpty {
            let errors = self.errors.map { error in
                JSONValue.object(["field": .string(error.field), "message": .string(error.message)])
            }
            writer.field("errors", .array(errors))
        }
        return writer.finish()
    }
}

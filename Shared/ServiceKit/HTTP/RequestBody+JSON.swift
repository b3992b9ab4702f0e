//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import AgentLogs
package import Hummingbird
import NIOCore

extension Request {
    /// The body as JSON.
    ///
    /// - Throws: ``Problem``: 415 for a wrong or missing media type, 413 over the context's limit, 400 for invalid
    ///   JSON.
    package func json(context: ServiceContext) async throws -> JSONValue {
        // Any page could send a request without a type: browsers send a preflight only for types that a form cannot
        // send.
        guard let type = headers[.contentType] else {
            throw Problem(.unsupportedMediaType, "The body must be application/json, and its Content-Type must say so.")
        }
        guard Self.isJSON(type) else {
            throw Problem(.unsupportedMediaType, "The body must be application/json, not \(type).")
        }
        let limit = context.maxUploadSize
        let tooLarge = Problem(.contentTooLarge, "The body is larger than 1 MiB (\(limit) bytes).")
        if let length = headers[.contentLength].flatMap({ Int($0) }), length > limit { throw tooLarge }
        let body: ByteBuffer
        do {
            body = try await self.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw tooLarge
        }
        guard body.readableBytes > 0 else {
            throw Problem(.badRequest, "The body is empty; it must be a JSON object.")
        }
        do {
            return try JSONValue(parsingDocument: body.readableBytesView)
        } catch {
            throw Problem(.badRequest, "The body is \(error).")
        }
    }

    private static func isJSON(_ type: String) -> Bool {
        let essence = type.lowercased().prefix { $0 != ";" }.filter { !$0.isWhitespace }
        return essence == "application/json" || essence.hasSuffix("+json")
    }
}

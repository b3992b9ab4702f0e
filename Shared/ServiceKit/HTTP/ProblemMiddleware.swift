//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
package import Hummingbird
import Logging
import NIOHTTP1

/// Answers every error as a ``Problem``, also those of the framework; what is nobody's fault outside is logged and
/// answered without its details.
package struct ProblemMiddleware: RouterMiddleware {
    /// What the context of the routes is.
    package typealias Context = ServiceContext

    /// A middleware, to stand before all others.
    package init() {}

    /// Runs the request.
    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await answer(request, context, next)
        // Errors are answered behind the routes that leave the body out.
        return request.method == .head ? Response(status: response.status, headers: response.headers) : response
    }

    private func answer(
        _ request: Request,
        _ context: Context,
        _ next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            return try problem.response(from: request, context: context)
        } catch let error as any HTTPResponseError {
            return try Self.problem(for: error.status, request: request).response(from: request, context: context)
        } catch let error as HTTPParserError {
            // The connection answers it.
            throw error
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error("request failed", error: error, metadata: ["path": "\(request.uri.path)"])
            let problem = Problem(
                .internalServerError,
                "An internal error occurred. The service's log has the details."
            )
            return try problem.response(from: request, context: context)
        }
    }

    private static func problem(for status: HTTPResponse.Status, request: Request) -> Problem {
        switch status {
        case .notFound: Problem(status, "There is nothing at \(request.method.rawValue) \(request.uri.path).")
        case .contentTooLarge: Problem(status, "The body is larger than 1 MiB (1048576 bytes).")
        default: Problem(status, "The request could not be served: \(status.reasonPhrase).")
        }
    }
}

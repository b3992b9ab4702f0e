//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
package import Hummingbird
import Logging
import NIOHTTP1

/// Turns every error into a ``Problem`` response, including those of the framework. Internal errors are logged, and the
/// response leaves out their details.
package struct ProblemMiddleware: RouterMiddleware {
    package typealias Context = ServiceContext

    package init() {}

    package func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        let response = try await answer(request, context, next)
        // Errors bypass the handling of HEAD in the routes, so the body is removed here.
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
            // The connection responds to it.
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
        case .notFound: Problem(status, "No route matches \(request.method.rawValue) \(request.uri.path).")
        case .contentTooLarge: Problem(status, "The body is larger than 1 MiB (1048576 bytes).")
        default: Problem(status, "The request could not be served: \(status.reasonPhrase).")
        }
    }
}

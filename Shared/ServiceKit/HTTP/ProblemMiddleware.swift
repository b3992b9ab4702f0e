//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import HTTPTypes
public import Hummingbird
import Logging

/// Answers every error as a ``Problem``, also those of the framework; what is nobody's fault outside is logged and
/// answered without its details.
public struct ProblemMiddleware: RouterMiddleware {
    /// What the context of the routes is.
    public typealias Context = ServiceContext

    /// A middleware, to stand before all others.
    public init() {}

    /// Runs the request.
    public func handle(
        _ request: Request,
        context: Context,
        next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as Problem {
            throw problem
        } catch let error as any HTTPResponseError {
            throw Self.problem(for: error.status, request: request)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.error("request failed", error: error, metadata: ["path": "\(request.uri.path)"])
            throw Problem(.internalServerError, "Something went wrong here. The service's log has the details.")
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

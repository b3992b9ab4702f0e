//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import Hummingbird
import Redis
import ServiceKit

/// Serves the screenshots of runs.
struct ScreenshotRoutes: Sendable {
    let store: ScreenshotStore
    let runs: RunStore

    func add(to routes: RouteGroup) {
        let description = RouteDescription(
            "The page at the end of a step",
            parameters: [
                .init("step", in: .path, "The step's number.", APISchema.integer(1...ScreenshotStore.largestStep))
            ],
            answers: [.init(200, "The picture.", "image/jpeg")],
            problems: [404, 422]
        )
        routes.get("/api/agents/:request_id/screenshots/:step", description, use: show)
    }

    private func show(_ request: Request, context: ServiceContext) async throws -> Response {
        let requestID = try Identifier(path: context, "request_id")
        guard let step = context.parameters.get("step", as: Int.self), (1...ScreenshotStore.largestStep).contains(step)
        else {
            throw Problem(
                .unprocessableContent,
                "The step is not a whole number from 1 to \(ScreenshotStore.largestStep).",
                errors: [.init(field: "step", message: "must be from 1 to \(ScreenshotStore.largestStep)")]
            )
        }
        let picture: [UInt8]?
        do {
            try await context.require(.view, onRun: requestID) { try await runs.run(requestID)?.names }
            picture = try await store.get(requestID, step: step)
        } catch let error as RedisError {
            throw Problem(
                .serviceUnavailable,
                Readiness.Fault(error).summary,
                headers: [.retryAfter: "1"]
            )
        }
        guard let picture else {
            let hint = store.isOn ? "or it has expired" : "because SCREENSHOTS is 0"
            throw Problem(.notFound, "There is no screenshot of step \(step) of the run \(requestID), \(hint).")
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "image/jpeg", .contentLength: "\(picture.count)",
                // A screenshot is only for clients that may see the run, and a run's name may be reused.
                .cacheControl: "private, no-cache",
            ],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture))
        )
    }
}

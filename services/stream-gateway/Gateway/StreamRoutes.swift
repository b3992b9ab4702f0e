//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Redis
import ServiceKit
import ServiceLifecycle

/// `GET /api/v1/stream-logs/request/{request_id}`: a run's records as Server-Sent Events (protocol, section 3).
struct StreamRoutes: Sendable {
    let configuration: GatewayConfiguration
    let reader: StreamReader
    let hub: TopicHub

    func add(to router: some RouterMethods<ServiceContext>) {
        router.get("/api/v1/stream-logs/request/:request_id", use: self.stream)
    }

    private func stream(_ request: Request, context: ServiceContext) async throws -> Response {
        let requestID = try Identifier(path: context, "request_id")
        let query = try ViewerQuery(request)
        // Redis away is no reason to turn a viewer away: it waits, and hears why.
        if (try? await Viewer.isOver(requestID, query: query, reader: self.reader)) == true {
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        guard await self.hub.hasRoom else {
            throw Problem(
                .tooManyRequests,
                "This gateway serves at most \(self.configuration.maximumViewers) viewers, and has as many.",
                headers: [.retryAfter: "5"]
            )
        }
        return Response(status: .ok, headers: Self.headers, body: self.body(requestID, query, request, context))
    }

    private static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8",
        .cacheControl: "no-cache, no-transform",
        .xAccelBuffering: "no",
    ]

    /// The viewer joins only when its body is being written: a response whose head cannot be written any more is
    /// dropped without a word, and a viewer that had joined before would stay for ever.
    private func body(
        _ requestID: Identifier,
        _ query: ViewerQuery,
        _ request: Request,
        _ context: ServiceContext
    ) -> ResponseBody {
        ResponseBody { [self] writer in
            let viewer = try await Viewer(of: requestID, query: query, reader: self.reader, hub: self.hub)
            let eventLoop = context.channel.eventLoop
            try await withGracefulShutdownHandler {
                try await request.body.consumeWithCancellationOnInboundClose { _ in
                    try await viewer.run(retry: self.configuration.retryMilliseconds) { bytes in
                        try await writer.write(bytes)
                    }
                }
            } onGracefulShutdown: {
                let delay = self.configuration.shutdownSpread * Double.random(in: 0...1)
                eventLoop.scheduleTask(in: TimeAmount(delay)) { viewer.finish() }
            }
            try await writer.finish(nil)
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Delivery
import HTTPTypes
import Hummingbird
import NIOCore
import ServiceKit
import ServiceLifecycle

/// `GET /api/v1/stream-runs`: the changes of all runs as Server-Sent Events (protocol, section 3).
struct ChangeRoutes: Sendable {
    let configuration: GatewayConfiguration
    let feed: ChangeFeed
    let hub: TopicHub
    let admission: ViewerAdmission

    func add(to routes: RouteGroup) {
        let names = ["batch_id", "session_id"].map { name in
            RouteDescription.Parameter(name, "Only runs of that name.", APISchema.identifier)
        }
        let description = RouteDescription(
            "The changes of all runs, as Server-Sent Events",
            parameters: names + [
                .init("from", "start, now, unfinished, or behind the event with this id.", APISchema.text),
                .init("status", "Statuses, separated by commas.", APISchema.text),
                .init("last_event_id", "Behind the event with this id.", APISchema.text),
                .init("Last-Event-ID", in: .header, "Behind the event with this id.", APISchema.text),
            ],
            answers: [.init(200, "The stream.", "text/event-stream")],
            problems: [422, 429]
        )
        routes.get("/api/v1/stream-runs", description) { request, context in try stream(request, context) }
    }

    private func stream(_ request: Request, _ context: ServiceContext) throws -> Response {
        let query = try ChangeQuery(request, token: context.token)
        let seats = (try admission.admit(context), try admission.takeSeat(in: hub))
        guard request.method != .head else { return Response(status: .ok, headers: StreamRoutes.headers) }
        let viewer = ChangeViewer(query, feed: feed, retry: configuration.retryMilliseconds)
        return Response(
            status: .ok,
            headers: StreamRoutes.headers,
            body: ResponseBody { writer in
                try await serve(viewer, until: query.token?.expiresAt, to: &writer)
                withExtendedLifetime(seats) {}
                try await writer.finish(nil)
            }
        )
    }

    /// Writes until the viewer goes, which the next write finds out, its token expires, or the service shuts down.
    private func serve(
        _ viewer: ChangeViewer,
        until expiry: Timestamp?,
        to writer: inout any ResponseBodyWriter
    ) async throws {
        let (signals, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let number = feed.join(signal)
        defer { feed.leave(number) }
        let interval = configuration.heartbeatInterval
        try await withThrowingDiscardingTaskGroup { group in
            defer { group.cancelAll() }
            group.addTask {
                while (try? await Task.sleep(for: interval)) != nil { signal.yield() }
            }
            if let expiry {
                group.addTask {
                    let milliseconds = expiry.milliseconds - Timestamp.now().milliseconds
                    try? await Task.sleep(for: .milliseconds(max(0, milliseconds) + 1))
                    signal.yield()
                }
            }
            group.addTask {
                guard (try? await gracefulShutdown()) != nil else { return }
                try? await Task.sleep(for: configuration.shutdownSpread * Double.random(in: 0...1))
                signal.finish()
            }
            var viewer = viewer
            var lastWrite = ContinuousClock.now
            signal.yield()
            for await _ in signals {
                if let expiry, expiry <= .now() {
                    return try await writer.write(ChangeViewer.farewell)
                }
                var next = await viewer.next()
                while next.readableBytes > 0 {
                    try await writer.write(next)
                    lastWrite = .now
                    next = await viewer.next()
                }
                if lastWrite.duration(to: .now) >= interval * 0.9 {
                    try await writer.write(ChangeViewer.heartbeat)
                    lastWrite = .now
                }
            }
        }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Delivery
import HTTPTypes
import Hummingbird
import Keys
import Logging
import NIOCore
import Redis
import ServiceKit
import ServiceLifecycle

/// `GET /api/v1/stream-logs/request/{request_id}` and `…/batch/{batch_id}`: the records of a run, or of all runs of a
/// batch, as Server-Sent Events (protocol, section 3).
struct StreamRoutes: Sendable {
    let configuration: GatewayConfiguration
    let hub: TopicHub
    let redis: RedisClient
    let admission: ViewerAdmission
    let viewGuard: ViewGuard

    func add(to routes: RouteGroup) {
        let formats = RouteDescription.Parameter(
            "format",
            "In whose terms the records are told.",
            ["type": "string", "enum": .array(StreamFormat.allCases.map { .string($0.rawValue) })]
        )
        func description(of what: String) -> RouteDescription {
            RouteDescription(
                "The records of \(what), as Server-Sent Events",
                parameters: ViewerQuery.parameters + (what == "a run" ? [formats] : []),
                answers: [.init(200, "The stream.", "text/event-stream"), .init(204, "The viewer has seen the end.")],
                problems: [422, 429]
            )
        }
        routes.get("/api/v1/stream-logs/request/:request_id", description(of: "a run")) { request, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context)
            let format = try Self.format(request)
            if let translator = format.translator(of: requestID) {
                return try await translated(translator, format, requestID, request, context)
            }
            return try await stream(.run(requestID), request, context)
        }
        routes.get("/api/v1/stream-logs/batch/:batch_id", description(of: "all runs of a batch")) { request, context in
            let batchID = try Identifier(path: context, "batch_id")
            try context.require(.view, on: RunNames(batchID: batchID))
            return try await stream(.batch(batchID), request, context)
        }
        routes.get("/api/v1/stream-logs/:id", description(of: "a batch, or else a run")) { request, context in
            try await stream(subject(Identifier(path: context, "id"), context), request, context)
        }
    }

    private static func format(_ request: Request) throws -> StreamFormat {
        guard let text = request.query["format"].map(String.init), !text.isEmpty else { return .stepcast }
        guard let format = StreamFormat(rawValue: text) else {
            let names = StreamFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw Problem(
                .unprocessableContent,
                "The query has invalid parameters.",
                errors: [.init(field: "format", message: "must be one of \(names)")]
            )
        }
        return format
    }

    /// The records of a run in the terms of another protocol.
    private func translated(
        _ translator: any StreamTranslator,
        _ format: StreamFormat,
        _ requestID: Identifier,
        _ request: Request,
        _ context: ServiceContext
    ) async throws -> Response {
        let query = try ViewerQuery(request)
        switch query.start {
        case .beginning, .after: break
        case .now, .tail:
            throw Problem(
                .unprocessableContent,
                "The query has invalid parameters.",
                errors: [.init(field: "from", message: "must be start or an event id in the format \(format.rawValue)")]
            )
        }
        let seats = (try admission.admit(context), try admission.takeSeat(in: hub, format: format))
        if await hub.isOver(.run(requestID), for: query) {
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        var headers = Self.headers
        if format == .aiSDK, let name = HTTPField.Name("x-vercel-ai-ui-message-stream") { headers[name] = "v1" }
        guard request.method != .head else { return Response(status: .ok, headers: headers) }
        let stream = TranslatedStream(
            hub: hub,
            redis: redis,
            stream: Keyspace(prefix: configuration.service.streamPrefix).run(requestID).stream,
            requestID: requestID,
            query: query,
            heartbeat: configuration.heartbeatInterval
        )
        let expiry = context.token?.expiresAt
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                try await stream.write(translator, until: expiry, to: &writer)
                withExtendedLifetime(seats) {}
                try await writer.finish(nil)
            }
        )
    }

    /// A batch if there is one of that name, else the run. Who may see neither does not learn which it is.
    private func subject(_ id: Identifier, _ context: ServiceContext) async throws -> Subject {
        if let token = context.token, !token.allows(.view, on: RunNames(batchID: id)) {
            try await viewGuard.check(id, context)
            return .run(id)
        }
        let subject = try await existingSubject(id)
        if case .run = subject { try await viewGuard.check(id, context) }
        return subject
    }

    /// The batch with that name if there is one, otherwise the run.
    private func existingSubject(_ id: Identifier) async throws -> Subject {
        let keys = Keyspace(prefix: configuration.service.streamPrefix).batch(id)
        do {
            let count = try await redis.send(RedisCommand("EXISTS", keys.stream, keys.state)).as(Int.self)
            if count > 0 { return .batch(id) }
            // Redis may have forgotten it.
            return await viewGuard.archive.has(.batch(id)) ? .batch(id) : .run(id)
        } catch {
            // If a batch is meant, the stream of a run would stay silent.
            throw Problem(
                .serviceUnavailable,
                "Whether \(id) is a run or a batch is unknown: \(Readiness.Fault(error).summary)",
                headers: [.retryAfter: "1"]
            )
        }
    }

    private func stream(_ name: Subject, _ request: Request, _ context: ServiceContext) async throws -> Response {
        let query = try ViewerQuery(request)
        let seats = (try admission.admit(context), try admission.takeSeat(in: hub))
        // If Redis is unavailable, the viewer is accepted, waits, and receives the reason.
        if await self.hub.isOver(name, for: query) {
            return Response(status: .noContent, headers: [.cacheControl: "no-store"])
        }
        guard request.method != .head else { return Response(status: .ok, headers: Self.headers) }
        // The records bypass HTTP and are written straight to the socket, with one write per tick.
        let expiry = context.token?.expiresAt
        ConnectionTakeover.current?.claim { [hub] channel, head, isSocket in
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(seats.0) {} }
            try hub.add(
                channel,
                isSocket: isSocket,
                in: seats.1,
                watching: name,
                query: query,
                head: head,
                until: expiry
            )
        }
        return Response(status: .ok, headers: Self.headers)
    }

    /// The headers of all streams of events.
    static let headers: HTTPFields = [
        .contentType: "text/event-stream; charset=utf-8",
        .cacheControl: "no-cache, no-transform",
        .xAccelBuffering: "no",
    ]
}

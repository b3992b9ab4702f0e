//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import HTTPTypes
import Hummingbird
import LiveView
import NIOCore
import ServiceKit

/// Serves pictures of the pages that runs are on: as a stream, and one at a time.
struct LiveViewRoutes: Sendable {
    let hub: LiveHub
    let viewGuard: ViewGuard
    let maximumViewers: Int
    let admission: ViewerAdmission

    /// The most runs on one connection.
    private static let maximumRuns = 50

    func add(to routes: RouteGroup) {
        let width = RouteDescription.Parameter("width", "In pixels.", APISchema.integer(LiveWish.widths))
        let rate = RouteDescription.Parameter(
            "fps",
            "The most pictures in a second.",
            APISchema.integer(LiveWish.rates)
        )
        let runs = RouteDescription.Parameter(
            "request_id",
            "The runs.",
            [
                "type": "array", "items": APISchema.identifier, "minItems": 1,
                "maxItems": .integer(Int64(Self.maximumRuns)),
            ]
        )
        let pictures = [RouteDescription.Answer(200, "The pictures.", "multipart/x-mixed-replace")]
        let ofOne = RouteDescription(
            "Pictures of a run's page, as they come",
            parameters: [rate, width],
            answers: pictures,
            problems: [410, 422, 429]
        )
        let ofMany = RouteDescription(
            "Pictures of several runs' pages, as they come",
            parameters: [runs, rate, width],
            answers: pictures,
            problems: [410, 422, 429]
        )
        let latest = RouteDescription(
            "The latest picture of a run's page",
            parameters: [width],
            answers: [.init(200, "The picture.", "image/jpeg"), .init(304, "It is the one that the client has.")],
            problems: [404, 410, 422, 429]
        )
        routes.get("/api/v1/stream-view/request/:request_id", ofOne) { request, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context)
            return try await stream([requestID], request, context, LiveWish(request))
        }
        routes.get("/api/v1/stream-view", ofMany) { request, context in
            var errors: [Problem.FieldError] = []
            let requestIDs = Self.requestIDs(of: request, &errors)
            for requestID in requestIDs { try await viewGuard.check(requestID, context) }
            return try await stream(requestIDs, request, context, LiveWish(request, errors))
        }
        routes.get("/api/v1/snapshot/request/:request_id", latest) { request, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context)
            return try await snapshot(requestID, request, LiveWish(request))
        }
    }

    private static func requestIDs(of request: Request, _ errors: inout [Problem.FieldError]) -> [Identifier] {
        let texts = request.query.getAll("request_id")
        var requestIDs: [Identifier] = []
        for text in texts {
            do {
                let requestID = try Identifier(text)
                if !requestIDs.contains(requestID) { requestIDs.append(requestID) }
            } catch {
                errors.append(.init(field: "request_id", message: "\(error)"))
                return []
            }
        }
        if !(1...maximumRuns).contains(requestIDs.count) {
            let message =
                "must be given from 1 to \(maximumRuns) times, once for each run, not \(requestIDs.count) times"
            errors.append(.init(field: "request_id", message: message))
        }
        return requestIDs
    }

    private func stream(
        _ requestIDs: [Identifier],
        _ request: Request,
        _ context: ServiceContext,
        _ wish: LiveWish
    ) async throws -> Response {
        let place = try admission.admit(context)
        guard let seat = hub.takeSeat() else {
            throw Problem(
                .tooManyRequests,
                "This gateway shows at most \(maximumViewers) viewers live pictures, and that many are connected.",
                headers: [.retryAfter: "5"]
            )
        }
        let living = try await living(requestIDs)
        guard request.method != .head else { return Response(status: .ok, headers: Self.streamHeaders) }
        let expiry = context.token?.expiresAt
        ConnectionTakeover.current?.claim { [hub] channel, head, _ in
            channel.closeFuture.whenComplete { _ in withExtendedLifetime(place) {} }
            try hub.add(channel, in: seat, watching: living, wish: wish, head: head)
            guard let expiry else { return }
            let left = max(0, expiry.milliseconds - Timestamp.now().milliseconds)
            let end = channel.eventLoop.scheduleTask(in: .milliseconds(left)) { channel.close(promise: nil) }
            channel.closeFuture.whenComplete { _ in end.cancel() }
        }
        return Response(status: .ok, headers: Self.streamHeaders)
    }

    /// The runs that have not ended.
    private func living(_ requestIDs: [Identifier]) async throws -> [Identifier] {
        let ended = await hub.ended(of: requestIDs)
        let living = requestIDs.filter { !ended.contains($0) }
        guard !living.isEmpty else {
            let runs = requestIDs.count == 1 ? "The run \(requestIDs[0]) has" : "The runs have"
            throw Problem(.gone, "\(runs) ended, and a live view shows only what goes on.")
        }
        guard hub.hasRoom(for: living) else {
            throw Problem(
                .tooManyRequests,
                "The limit of runs that this gateway shows live at a time is reached: \(hub.maximumRuns).",
                headers: [.retryAfter: "5"]
            )
        }
        return living
    }

    private func snapshot(_ requestID: Identifier, _ request: Request, _ wish: LiveWish) async throws -> Response {
        _ = try await living([requestID])
        guard let part = await hub.snapshot(of: requestID, wish: wish) else {
            throw Problem(
                .notFound,
                "There is no picture of the run \(requestID) yet: it is on no page, or nobody carries it out.",
                headers: [.retryAfter: "1"]
            )
        }
        var headers: HTTPFields = [.eTag: part.entityTag, .cacheControl: "private, no-cache"]
        for (name, value) in part.fields {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        if let known = request.headers[.ifNoneMatch], PageRoutes.matches(known, part.entityTag) {
            return Response(status: .notModified, headers: headers)
        }
        headers[.contentType] = "image/jpeg"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: part.jpeg))
    }

    private static let streamHeaders: HTTPFields = [
        .contentType: "multipart/x-mixed-replace; boundary=\(LivePart.boundary)",
        .cacheControl: "no-store, no-transform",
        .xAccelBuffering: "no",
    ]
}

extension LiveWish {
    /// Reads `fps` and `width` of the query.
    ///
    /// - Parameter errors: What else is wrong with the query.
    /// - Throws: `Problem` 422 that names each parameter that is not valid.
    init(_ request: Request, _ errors: [Problem.FieldError] = []) throws {
        self.init()
        var errors = errors
        func number(_ name: String, in range: ClosedRange<Int>, default fallback: Int) -> Int {
            guard let text = request.query[name[...]] else { return fallback }
            if let number = Int(text), range.contains(number) { return number }
            let rule = "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
            errors.append(.init(field: name, message: rule))
            return fallback
        }
        framesPerSecond = number("fps", in: Self.rates, default: framesPerSecond)
        width = number("width", in: Self.widths, default: width)
        if !errors.isEmpty {
            throw Problem(.unprocessableContent, "The query has parameters that are not valid.", errors: errors)
        }
    }
}

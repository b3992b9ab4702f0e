//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Archive
import HTTPTypes
import Hummingbird
import JSON
import NIOCore
import ServiceKit

/// One run in the archive: pages of its log, its export, and its removal (protocol, section 3).
struct ArchivedLogRoutes: Sendable {
    let access: ArchiveAccess
    let viewGuard: ViewGuard
    let removal: RunRemoval
    let pictures: RunPictures

    private static let path: RouterPath = "/api/v1/logs/request/:request_id"

    func add(to routes: RouteGroup) {
        let page = RouteDescription(
            "A page of a run's archived log",
            parameters: [
                .init("after", "Records behind this place or event id, the oldest first.", APISchema.text),
                .init("before", "Records in front of this place or event id, the newest first.", APISchema.text),
                .init("level", "The lowest level.", APISchema.text),
                .init("limit", "The most records.", APISchema.integer(1...1000)),
            ],
            answers: [
                .json(
                    "The page.",
                    APISchema.object(
                        [
                            "request_id": APISchema.identifier,
                            "records": APISchema.array(of: ArchiveJSON.recordSchema),
                        ],
                        optional: ["next": APISchema.count]
                    )
                )
            ],
            problems: [404, 422]
        )
        routes.get(Self.path, page) { request, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context)
            return try await self.page(requestID, request)
        }
        let export = RouteDescription(
            "A run's archived log as a whole: one JSON object a line, or an HTML file with its pictures",
            parameters: [.init("format", "ndjson, or html.", ["type": "string", "enum": ["ndjson", "html"]])],
            answers: [
                .init(200, "The log.", ["application/x-ndjson": ["type": "string"], "text/html": ["type": "string"]])
            ],
            problems: [404, 422]
        )
        routes.get("/api/v1/logs/request/:request_id/export", export) { request, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context)
            return try await self.export(requestID, request)
        }
        let removal = RouteDescription(
            "Removes a run that is over from the archive and from Redis, with its pictures",
            answers: [.init(204, "It is removed.")],
            problems: [404, 409, 422]
        )
        routes.delete(Self.path, removal) { _, context in
            let requestID = try Identifier(path: context, "request_id")
            try await viewGuard.check(requestID, context, for: .control)
            return try await remove(requestID)
        }
    }

    // MARK: Pages

    private func page(_ requestID: Identifier, _ request: Request) async throws -> Response {
        var reader = QueryReader(request)
        let rule = "a place, a whole number from 0, or an event id like 1695307200123-0"
        let after = reader.value("after", rule, LogPlace.init)
        let before = reader.value("before", rule, LogPlace.init)
        let level = reader.level()
        let limit = reader.number("limit", in: 1...1000, default: 100)
        try reader.finish()
        let subject = Subject.run(requestID)
        let run = try await access.ask { store throws(ArchiveError) in try await store.run(requestID) }
        guard run != nil else { throw Self.unknown(requestID) }
        let records = try await access.ask { store throws(ArchiveError) in
            var query = LogPageQuery(level: level, limit: limit)
            query.after = try await after?.place(of: subject, in: store)
            if case .id(let id) = before {
                // In front of an entry is what is behind neither it nor what precedes it.
                query.before = try await store.place(of: id.predecessor, in: subject) + 1
            } else if case .place(let place) = before {
                query.before = place
            }
            return try await store.page(of: subject, query)
        }
        var writer = JSONWriter()
        writer.field("request_id", requestID.rawValue)
        writer.field("records", raw: ArchiveJSON.list(records.map(ArchiveJSON.record)))
        // A page may also be cut by its bytes.
        if let last = records.last, after != nil ? last.place < run?.records ?? 0 : last.place > 1 {
            writer.field("next", last.place)
        }
        return ArchiveJSON.response(writer.finish())
    }

    private static func unknown(_ requestID: Identifier) -> Problem {
        Problem(.notFound, "The archive has no run \(requestID).")
    }

    // MARK: Export

    private func export(_ requestID: Identifier, _ request: Request) async throws -> Response {
        var reader = QueryReader(request)
        let isHTML = reader.value("format", "ndjson or html") { ["ndjson": false, "html": true][$0] } ?? false
        try reader.finish()
        let run = try await access.ask { store throws(ArchiveError) in try await store.run(requestID) }
        guard let run else { throw Self.unknown(requestID) }
        let name = "\(requestID.rawValue.replacing(":", with: "_")).\(isHTML ? "html" : "ndjson")"
        var headers: HTTPFields = [
            .contentType: isHTML ? "text/html; charset=utf-8" : "application/x-ndjson", .cacheControl: "no-store",
            .contentDisposition: "attachment; filename=\"\(name)\"", .xContentTypeOptions: "nosniff",
        ]
        // Should a browser show it all the same, it is of no origin.
        if isHTML { headers[.contentSecurityPolicy] = "\(HTMLExport.policy); sandbox" }
        guard request.method != .head else { return Response(status: .ok, headers: headers) }
        if isHTML {
            let file = HTMLExportBody(run: run, access: access, pictures: pictures)
            return Response(status: .ok, headers: headers, body: ResponseBody { try await file.write(to: &$0) })
        }
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { [access] writer in
                try await writer.write(ByteBuffer(bytes: ArchiveExport.head(run)))
                var place = 0
                while place < run.records {
                    let query = LogPageQuery(after: place, limit: 1000, bytes: 1 << 20)
                    let records = try await access.ask { store throws(ArchiveError) in
                        try await store.page(of: .run(requestID), query)
                    }
                    guard let last = records.last else { break }
                    place = last.place
                    var bytes = ByteBuffer()
                    for record in records { bytes.writeBytes(ArchiveExport.line(record)) }
                    try await writer.write(bytes)
                }
                try await writer.finish(nil)
            }
        )
    }

    // MARK: Removal

    private func remove(_ requestID: Identifier) async throws -> Response {
        try await removal.checkIsOver(requestID)
        let wasArchived = try await access.ask { store throws(ArchiveError) in
            try await store.remove(.run(requestID))
        }
        // The archive first: the archiver would archive again what is still in Redis, and nobody would notice.
        let wasInRedis = try await removal.remove(requestID)
        // What was archived in between.
        _ = try await access.ask { store throws(ArchiveError) in try await store.remove(.run(requestID)) }
        guard wasArchived || wasInRedis else { throw Self.unknown(requestID) }
        return Response(status: .noContent)
    }
}

/// A place in a log as a client gives it.
private enum LogPlace {
    case place(Int)
    case id(EntryID)

    init?(_ text: String) {
        if let number = Int(text), number >= 0 {
            self = .place(number)
        } else if text.contains("-"), let id = EntryID(text) {
            self = .id(id)
        } else {
            return nil
        }
    }

    func place(of subject: Subject, in store: any ArchiveStore) async throws(ArchiveError) -> Int {
        switch self {
        case .place(let place): place
        case .id(let id): try await store.place(of: id, in: subject)
        }
    }
}

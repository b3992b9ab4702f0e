//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Archive
import Hummingbird
import JSON
import ServiceKit

/// Search in the archive, and the history of runs (protocol, section 3).
struct SearchRoutes: Sendable {
    let access: ArchiveAccess

    private static let names: [RouteDescription.Parameter] = [
        .init("request_id", "Only that run.", APISchema.identifier),
        .init("session_id", "Only runs of that session.", APISchema.identifier),
        .init("batch_id", "Only runs of that batch.", APISchema.identifier),
        .init("since", "From this time on.", APISchema.text),
        .init("until", "Before this time.", APISchema.text),
        .init("after", "The next of an earlier answer.", APISchema.text),
    ]

    func add(to routes: RouteGroup) {
        let search = RouteDescription(
            "Records of all runs that match a search",
            parameters: Self.names + [
                .init("q", "Words, \"phrases\" and beginnings*, all of which a record must have.", APISchema.text),
                .init("level", "The lowest level.", APISchema.text),
                .init("action", "Only records of that action.", APISchema.text),
                .init("url", "Only records whose address has this.", APISchema.text),
                .init("sort", "By time, the newest first, or by rank.", ["type": "string", "enum": ["time", "rank"]]),
                .init("limit", "The most hits.", APISchema.integer(1...200)),
            ],
            answers: [
                .json(
                    "The hits.",
                    APISchema.object(
                        ["hits": APISchema.array(of: ArchiveJSON.hitSchema)],
                        optional: ["next": APISchema.text]
                    )
                )
            ],
            problems: [404, 422]
        )
        routes.get("/api/v1/logs", search) { request, context in try await self.search(request, context) }
        let history = RouteDescription(
            "The archived runs, the newest first",
            parameters: Self.names + [
                .init("status", "Statuses, separated by commas.", APISchema.text),
                .init("limit", "The most runs.", APISchema.integer(1...200)),
            ],
            answers: [
                .json(
                    "The runs.",
                    APISchema.object(
                        ["runs": APISchema.array(of: ArchiveJSON.runSchema)],
                        optional: ["next": APISchema.text]
                    )
                )
            ],
            problems: [404, 422]
        )
        routes.get("/api/v1/runs", history) { request, context in try await self.history(request, context) }
    }

    private func search(_ request: Request, _ context: ServiceContext) async throws -> Response {
        var reader = QueryReader(request)
        var query = SearchQuery()
        query.text = reader.value("q", SearchText.rule, SearchText.init)
        query.runs = RunFilter(
            scopes: context.viewableScopes,
            requestID: reader.identifier("request_id"),
            sessionID: reader.identifier("session_id"),
            batchID: reader.identifier("batch_id")
        )
        query.level = reader.level()
        query.since = reader.time("since")
        query.until = reader.time("until")
        query.action = reader.text("action")
        query.url = reader.text("url")
        query.order =
            reader.value("sort", "time or rank") { ["time": SearchQuery.Order.newest, "rank": .rank][$0] } ?? .newest
        query.after = reader.cursor("after")
        query.limit = reader.number("limit", in: 1...200, default: 50)
        try reader.finish()
        let page = try await access.ask { [query] store throws(ArchiveError) in try await store.search(query) }
        return Self.response("hits", page.hits.map(ArchiveJSON.hit), next: page.next)
    }

    private func history(_ request: Request, _ context: ServiceContext) async throws -> Response {
        var reader = QueryReader(request)
        var query = HistoryQuery()
        query.runs = RunFilter(
            scopes: context.viewableScopes,
            requestID: reader.identifier("request_id"),
            sessionID: reader.identifier("session_id"),
            batchID: reader.identifier("batch_id")
        )
        let all = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
        query.statuses =
            reader.value("status", "one or more of \(all), separated by commas") { text in
                let names = text.split(separator: ",", omittingEmptySubsequences: false)
                let statuses = names.compactMap { RunStatus(rawValue: String($0)) }
                return statuses.count == names.count ? Set(statuses) : nil
            } ?? []
        query.since = reader.time("since")
        query.until = reader.time("until")
        query.after = reader.cursor("after")
        query.limit = reader.number("limit", in: 1...200, default: 50)
        try reader.finish()
        let page = try await access.ask { [query] store throws(ArchiveError) in try await store.runs(query) }
        return Self.response("runs", page.runs.map(ArchiveJSON.run), next: page.next)
    }

    private static func response(_ name: StaticString, _ objects: [[UInt8]], next: String?) -> Response {
        var writer = JSONWriter()
        writer.field(name, raw: ArchiveJSON.list(objects))
        if let next { writer.field("next", next) }
        return ArchiveJSON.response(writer.finish())
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Hummingbird
import ServiceKit

extension AgentRoutes {
    /// The allowed numbers of runs per page.
    private static let pageSizes = 1...200

    /// `GET /api/agents`: the runs, newest first, in pages.
    func list(_ request: Request, context: ServiceContext) async throws -> Response {
        let query = request.query
        var errors: [Problem.FieldError] = []
        func identifier(_ name: String) -> Identifier? {
            guard let text = query[name[...]].map(String.init), !text.isEmpty else { return nil }
            do {
                return try Identifier(text)
            } catch {
                errors.append(.init(field: name, message: "\(error)"))
                return nil
            }
        }
        var filter = RunListFilter(sessionID: identifier("session_id"), batchID: identifier("batch_id"))
        if let text = query["status"].map(String.init), !text.isEmpty {
            filter.status = RunStatus(rawValue: text)
            if filter.status == nil {
                let names = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
                errors.append(.init(field: "status", message: "must be one of \(names)"))
            }
        }
        var limit = 50
        if let text = query["limit"].map(String.init) {
            if let number = Int(text), Self.pageSizes.contains(number) {
                limit = number
            } else {
                let (least, most) = (Self.pageSizes.lowerBound, Self.pageSizes.upperBound)
                errors.append(.init(field: "limit", message: "must be a whole number from \(least) to \(most)"))
            }
        }
        let last = identifier("after")
        guard errors.isEmpty else {
            throw Problem(.unprocessableContent, "The query has invalid parameters.", errors: errors)
        }
        if let token = context.token, !token.allowsEverywhere(.view) { filter.token = token }
        let (wanted, count) = (filter, limit)
        let page = try await whileRedisAnswers { try await store.list(wanted, after: last, limit: count) }
        guard let page else {
            throw Problem(
                .unprocessableContent,
                "The list cannot continue after this run.",
                errors: [.init(field: "after", message: "must be a listed run; this one is not listed or has expired")]
            )
        }
        return .json(page.json)
    }
}

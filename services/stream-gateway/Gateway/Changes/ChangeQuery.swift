//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Access
import AgentLogs
import Delivery
import Hummingbird
import ServiceKit

/// What a viewer of the changes of all runs asks to see.
struct ChangeQuery: Equatable {
    enum Start: Equatable {
        /// With the oldest change that is kept.
        case beginning

        /// With what comes next.
        case now

        /// With the runs that have not ended, as they are now, and then with what comes next.
        case unfinished

        /// Behind a change that the viewer has seen.
        case after(EntryID)
    }

    var start = Start.beginning

    /// Runs that get one of these, or had it; all where there are none.
    var statuses: Set<RunStatus> = []

    var batchID: Identifier?
    var sessionID: Identifier?

    /// What the viewer may see; everything where no authentication is configured.
    var token: AccessToken?

    /// Whether the viewer wants to see a change. That a run has left one of the statuses is a change of those too.
    func passes(_ change: RunChange) -> Bool {
        (statuses.isEmpty || statuses.contains(change.status) || change.was.map(statuses.contains) ?? false)
            && (batchID.map { $0 == change.batchID } ?? true)
            && (sessionID.map { $0 == change.sessionID } ?? true)
            && (token?.allows(.view, on: change.names) ?? true)
    }
}

extension ChangeQuery {
    /// What a request asks to see. The header `Last-Event-ID` wins over the query.
    ///
    /// - Throws: `Problem` 422 that names each parameter that is not valid.
    init(_ request: Request, token: AccessToken? = nil) throws {
        self.init()
        self.token = token
        var errors: [Problem.FieldError] = []
        let parameters = request.query
        if let (name, text) = ViewerQuery.lastEventID(of: request) {
            if let id = ViewerQuery.position(text) {
                start = .after(id)
            } else {
                errors.append(.init(field: name, message: ViewerQuery.idRule))
            }
        } else if let text = parameters["from"].map(String.init) {
            switch text {
            case "start": start = .beginning
            case "now": start = .now
            case "unfinished": start = .unfinished
            default:
                if let id = ViewerQuery.position(text) {
                    start = .after(id)
                } else {
                    errors.append(
                        .init(
                            field: "from",
                            message: "must be start, now, unfinished or an event id like 1695307200123-0"
                        )
                    )
                }
            }
        }
        if let text = parameters["status"].map(String.init) {
            let names = text.split(separator: ",", omittingEmptySubsequences: false)
            let statuses = names.compactMap { RunStatus(rawValue: String($0)) }
            if statuses.count == names.count {
                self.statuses = Set(statuses)
            } else {
                let all = RunStatus.allCases.map(\.rawValue).joined(separator: ", ")
                errors.append(.init(field: "status", message: "must be one or more of \(all), separated by commas"))
            }
        }
        func identifier(_ name: String) -> Identifier? {
            guard let text = parameters[name[...]].map(String.init) else { return nil }
            do {
                return try Identifier(text)
            } catch {
                errors.append(.init(field: name, message: "\(error)"))
                return nil
            }
        }
        batchID = identifier("batch_id")
        sessionID = identifier("session_id")
        if !errors.isEmpty {
            throw Problem(.unprocessableContent, "The query has parameters that are not valid.", errors: errors)
        }
    }
}

extension RunChange {
    fileprivate var names: RunNames { RunNames(requestID: requestID, batchID: batchID, sessionID: sessionID) }
}

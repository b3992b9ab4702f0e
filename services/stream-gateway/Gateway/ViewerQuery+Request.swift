//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Hummingbird
import ServiceKit

extension ViewerQuery {
    /// What a request asks to see (protocol, section 3). The header `Last-Event-ID` wins over the query.
    ///
    /// - Throws: `Problem` 422 that names each parameter that makes no sense.
    init(_ request: Request) throws {
        self.init()
        var errors: [Problem.FieldError] = []
        func id(_ name: String, _ text: String) -> EntryID? {
            if let id = EntryID(text) { return id }
            errors.append(.init(field: name, message: "is no event id; ids look like 1695307200123-0"))
            return nil
        }
        let parameters = request.uri.queryParameters
        if let text = parameters["level"].map(String.init) {
            if let level = LogLevel(name: text) {
                self.level = level
            } else {
                let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                errors.append(.init(field: "level", message: "must be one of \(names)"))
            }
        }
        if let text = request.headers[.lastEventID] ?? parameters["last_event_id"].map(String.init), !text.isEmpty {
            if let id = id("last_event_id", text) { self.start = .after(id) }
        } else if let text = parameters["from"].map(String.init) {
            switch text {
            case "start": self.start = .beginning
            case "now": self.start = .now
            default:
                if let id = EntryID(text) {
                    self.start = .after(id)
                } else {
                    errors.append(.init(field: "from", message: "must be start, now or an event id"))
                }
            }
        } else if let text = parameters["tail"].map(String.init) {
            if let count = Int(text), (1...Self.longestTail).contains(count) {
                self.start = .tail(count)
            } else {
                errors.append(.init(field: "tail", message: "must be a whole number from 1 to \(Self.longestTail)"))
            }
        }
        if !errors.isEmpty {
            throw Problem(.unprocessableContent, "The query has parameters that make no sense.", errors: errors)
        }
    }

    /// The longest tail, in records. It is read at once, unlike other histories.
    private static let longestTail = 10_000
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
import Delivery
import Hummingbird
import JSON
import ServiceKit

extension ViewerQuery {
    /// The parameters of a stream of records.
    static let parameters: [RouteDescription.Parameter] = [
        .init(
            "level",
            "The lowest level.",
            ["type": "string", "enum": .array(LogLevel.allCases.map { .string($0.rawValue) })]
        ),
        .init("from", "start, now, or behind the event with this id.", APISchema.text),
        .init("tail", "Begin with the last records.", APISchema.integer(1...longestTail)),
        .init("last_event_id", "Behind the event with this id.", APISchema.text),
        .init("Last-Event-ID", in: .header, "Behind the event with this id.", APISchema.text),
    ]

    /// Reads the query of a request (protocol, section 3). The header `Last-Event-ID` overrides it.
    ///
    /// - Throws: `Problem` 422 that names each invalid parameter.
    init(_ request: Request) throws {
        self.init()
        var errors: [Problem.FieldError] = []
        let parameters = request.query
        if let text = parameters["level"].map(String.init) {
            if let level = LogLevel(name: text) {
                self.level = level
            } else {
                let names = LogLevel.allCases.map(\.rawValue).joined(separator: ", ")
                errors.append(.init(field: "level", message: "must be one of \(names)"))
            }
        }
        if let (name, text) = Self.lastEventID(of: request) {
            if let id = Self.position(text) {
                self.start = .after(id)
            } else {
                errors.append(.init(field: name, message: Self.idRule))
            }
        } else if let text = parameters["from"].map(String.init) {
            switch text {
            case "start": self.start = .beginning
            case "now": self.start = .now
            default:
                if let id = Self.position(text) {
                    self.start = .after(id)
                } else {
                    errors.append(
                        .init(field: "from", message: "must be start, now or an event id such as 1695307200123-0")
                    )
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
            throw Problem(.unprocessableContent, "The query has invalid parameters.", errors: errors)
        }
    }

    /// The header, or the query parameter under any of its names, for clients that cannot set headers.
    static func lastEventID(of request: Request) -> (name: String, id: String)? {
        if let id = request.headers[.lastEventID], !id.isEmpty { return ("last_event_id", id) }
        let parameters = request.query
        for name in ["last_event_id", "lastEventId", "lastEventID", "Last-Event-ID"] {
            if let id = parameters[name[...]].map(String.init), !id.isEmpty { return (name, id) }
        }
        return nil
    }

    /// A position in a stream that entries can follow: Redis rejects reads after the highest id.
    static func position(_ text: String) -> EntryID? {
        guard let id = EntryID(text), id < EntryID(milliseconds: .max, sequence: .max) else { return nil }
        return id
    }

    static let idRule =
        "must be an event id such as 1695307200123-0, below 18446744073709551615-18446744073709551615"

    /// The maximum of `tail`, in records. Unlike other histories, it is read at once.
    private static let longestTail = 10_000
}

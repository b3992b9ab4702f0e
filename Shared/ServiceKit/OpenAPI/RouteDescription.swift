//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import JSON

/// What a route does, as `GET /openapi.json` describes it. It is written where the route is.
package struct RouteDescription: Sendable {
    /// Where a parameter stands.
    package enum Place: String, Sendable {
        case path
        case query
        case header
    }

    /// A parameter of a request.
    package struct Parameter: Sendable {
        var name: String
        var place: Place
        var text: String
        var schema: JSONValue

        package init(_ name: String, in place: Place = .query, _ text: String, _ schema: JSONValue) {
            (self.name, self.place, self.text, self.schema) = (name, place, text, schema)
        }
    }

    /// A response.
    package struct Answer: Sendable {
        var status: Int
        var text: String
        /// The schemas of the body by its media type; none without a body.
        var content: [String: JSONValue]

        package init(_ status: Int, _ text: String, _ content: [String: JSONValue] = [:]) {
            (self.status, self.text, self.content) = (status, text, content)
        }

        package init(_ status: Int, _ text: String, _ type: String, _ schema: JSONValue = ["type": "string"]) {
            self.init(status, text, [type: schema])
        }

        package static func json(_ text: String, _ schema: JSONValue) -> Answer { json(200, text, schema) }

        package static func json(_ status: Int, _ text: String, _ schema: JSONValue) -> Answer {
            Answer(status, text, "application/json", schema)
        }
    }

    var summary: String
    var parameters: [Parameter]
    var body: JSONValue?
    var answers: [Answer]
    var problems: [Int]

    /// - Parameters:
    ///   - summary: What the route does, in a line.
    ///   - parameters: Those of the query and header. The path's are known by their names.
    ///   - body: The schema of the request's JSON; `nil` without a body.
    ///   - answers: The responses that are no problems.
    ///   - problems: The statuses of its problems, in addition to those that all routes have.
    package init(
        _ summary: String,
        parameters: [Parameter] = [],
        body: JSONValue? = nil,
        answers: [Answer],
        problems: [Int] = []
    ) {
        self.summary = summary
        self.parameters = parameters
        self.body = body
        self.answers = answers
        self.problems = problems
    }
}

/// Schemas that many routes use.
package enum APISchema {
    /// A run's, batch's or session's name.
    package static let identifier: JSONValue = ["type": "string", "pattern": "^[A-Za-z0-9._:-]{1,128}$"]

    package static let text: JSONValue = ["type": "string"]
    package static let time: JSONValue = ["type": "string", "format": "date-time"]
    package static let count: JSONValue = ["type": "integer", "minimum": 0]
    package static let status: JSONValue = [
        "type": "string", "enum": .array(RunStatus.allCases.map { .string($0.rawValue) }),
    ]

    package static func integer(_ range: ClosedRange<Int>) -> JSONValue {
        ["type": "integer", "minimum": .integer(Int64(range.lowerBound)), "maximum": .integer(Int64(range.upperBound))]
    }

    package static func array(of items: JSONValue) -> JSONValue { ["type": "array", "items": items] }

    package static func object(_ required: [String: JSONValue], optional: [String: JSONValue] = [:]) -> JSONValue {
        [
            "type": "object", "required": .array(required.keys.sorted().map { .string($0) }),
            "properties": .object(required.merging(optional) { first, _ in first }),
        ]
    }
}

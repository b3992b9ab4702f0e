//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Something that took time, as the collector of traces gets it.
package struct Span: Sendable {
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case server = 2
        case client = 3
        case producer = 4
        case consumer = 5
    }

    let name: String
    let kind: Kind
    let context: TraceContext
    let parent: UInt64?
    /// In nanoseconds since 1970.
    let start: Int64
    let end: Int64
    let attributes: [String: JSONValue]
    let hasFailed: Bool

    /// The span in OTLP's JSON.
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "traceId": .string(context.traceText), "spanId": .string(context.spanText), "name": .string(name),
            "kind": .integer(Int64(kind.rawValue)), "startTimeUnixNano": .string("\(start)"),
            "endTimeUnixNano": .string("\(end)"), "attributes": Self.list(attributes),
        ]
        members["parentSpanId"] = parent.map { .string(TraceContext.text($0, digits: 16)) }
        if hasFailed { members["status"] = ["code": 2] }
        return .object(members)
    }

    /// Attributes in OTLP's JSON.
    static func list(_ attributes: [String: JSONValue]) -> JSONValue {
        .array(
            attributes.sorted { $0.key < $1.key }.map { name, value in
                let typed: JSONValue =
                    switch value {
                    case .integer(let number): ["intValue": .string("\(number)")]
                    case .bool(let flag): ["boolValue": .bool(flag)]
                    default: ["stringValue": .string(value.string ?? value.text)]
                    }
                return ["key": .string(name), "value": typed]
            }
        )
    }
}

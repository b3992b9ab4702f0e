//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema

extension ModelDecision {
    /// The JSON schema of an answer. But for what a user asks for, it needs no more than strict modes know: every property is
    /// required and no other allowed.
    ///
    /// - Parameter isBrief: whether it goes without descriptions, and says more of what is allowed than strict modes
    ///   know: small models need it, and their servers take it.
    static func schema(allowing allowed: ActionSet, isBrief: Bool = false) -> JSONValue {
        let schema = fullSchema(allowing: allowed)
        return isBrief ? brief(schema) : schema
    }

    private static func brief(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let items): return .array(items.map(brief))
        case .object(var members):
            // A property of that name is no text.
            if members["description"]?.string != nil { members["description"] = nil }
            members = members.mapValues(brief)
            if members["type"] == "integer", members["minimum"] == nil { members["minimum"] = 0 }
            if var list = members["action"]?.object, list["type"] == "array" {
                list["minItems"] = 1
                list["maxItems"] = .integer(Int64(maximumActions))
                members["action"] = .object(list)
            }
            return .object(members)
        default: return value
        }
    }

    private static func fullSchema(allowing allowed: ActionSet) -> JSONValue {
        let actions = allowed.definitions.map(\.schema)
        let schema = object([
            ("evaluation_previous_goal", ["type": "string"]),
            ("memory", ["type": "string"]),
            ("next_goal", ["type": "string"]),
            (
                "action",
                [
                    "type": "array",
                    "description": .string("one to \(maximumActions) actions, carried out in order"),
                    "items": ["anyOf": .array(actions)],
                ]
            ),
        ])
        guard let definitions = allowed.output?.rootKeywords, let members = schema.object else { return schema }
        return .object(members.merging(definitions) { own, _ in own })
    }

    fileprivate static func object(_ properties: [(name: String, schema: JSONValue)]) -> JSONValue {
        [
            "type": "object",
            "additionalProperties": false,
            "required": .array(properties.map { .string($0.name) }),
            "properties": .object(Dictionary(properties.map { ($0.name, $0.schema) }, uniquingKeysWith: { $1 })),
        ]
    }
}

extension ActionDefinition {
    /// `{"click":{"index":3}}` as a schema.
    var schema: JSONValue {
        var arguments = ModelDecision.object(
            parameters.filter { !$0.isHidden }.map {
                ($0.name, $0.kind.schema(isRequired: $0.isRequired, about: $0.about))
            }
        )
        if var members = arguments.object {
            members["description"] = .string(about)
            arguments = .object(members)
        }
        return ModelDecision.object([(name, arguments)])
    }

    /// Its line in the prompt: `input {"index", "text", "clear"?}: Type a text into a field.`
    var line: String {
        let list = parameters.filter { !$0.isHidden }.map { parameter in
            let kind =
                switch parameter.kind {
                case .text: "string"
                case .integer: "integer"
                case .number: "number"
                case .flag: "boolean"
                case .choice(let choices): choices.joined(separator: "|")
                case .value: "JSON"
                }
            let about = parameter.about.isEmpty ? "" : " (\(parameter.about))"
            return "\"\(parameter.name)\"\(parameter.isRequired ? "" : "?"): \(kind)\(about)"
        }
        return "- \(name) {\(list.joined(separator: ", "))}: \(about)"
    }

    /// The same in short: `input {"index", "text", "clear"?}: Type a text into a field.`
    var briefLine: String {
        let list = parameters.filter { !$0.isHidden }.map { "\"\($0.name)\"\($0.isRequired ? "" : "?")" }
        return "- \(name) {\(list.joined(separator: ", "))}: \(about)"
    }
}

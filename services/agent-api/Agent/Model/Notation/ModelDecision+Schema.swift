//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

public import JSON

extension ModelDecision {
    /// The JSON schema of an answer. It needs no more than strict modes know: every property is required and no other
    /// allowed.
    ///
    /// - Parameter names: the names of the actions that are possible.
    public static func schema(allowing names: Set<String>) -> JSONValue {
        let actions = ActionDefinition.all.filter { names.contains($0.name) }.map(\.schema)
        return object([
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
            parameters.map { ($0.name, $0.kind.schema(isRequired: $0.isRequired, about: $0.about)) }
        )
        if var members = arguments.object {
            members["description"] = .string(about)
            arguments = .object(members)
        }
        return ModelDecision.object([(name, arguments)])
    }

    /// Its line in the prompt: `input {"index", "text", "clear"?}: Type a text into a field.`
    var line: String {
        let list = parameters.map { parameter in
            let kind =
                switch parameter.kind {
                case .text: "string"
                case .integer: "integer"
                case .number: "number"
                case .flag: "boolean"
                case .choice(let choices): choices.joined(separator: "|")
                }
            let about = parameter.about.isEmpty ? "" : " (\(parameter.about))"
            return "\"\(parameter.name)\"\(parameter.isRequired ? "" : "?"): \(kind)\(about)"
        }
        return "- \(name) {\(list.joined(separator: ", "))}: \(about)"
    }
}

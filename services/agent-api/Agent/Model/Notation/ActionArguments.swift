//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentEvents
import JSON

/// An action's arguments, checked against its definition.
struct ActionArguments: Sendable {
    private let values: [String: JSONValue]

    /// Checks arguments.
    ///
    /// - Throws: ``InvalidDecision`` with all that is wrong.
    init(_ value: JSONValue, of action: ActionDefinition) throws(InvalidDecision) {
        // Actions without parameters are written in several ways.
        if action.parameters.isEmpty, value == .null || value == .bool(true) || value == .string("") {
            values = [:]
            return
        }
        guard let members = value.object else {
            throw InvalidDecision(["\"\(action.name)\" must hold an object with its parameters, not \(value.kind)"])
        }
        var problems: [String] = []
        let known = action.parameters.filter { !$0.isHidden }.map { "\"\($0.name)\"" }.joined(separator: ", ")
        for name in members.keys.sorted()
        where !action.parameters.contains(where: { $0.name == name }) && !action.passedOver.contains(name) {
            problems.append("\"\(action.name)\" has no parameter \"\(name)\"; it has \(known.isEmpty ? "none" : known)")
        }
        for parameter in action.parameters {
            let value = members[parameter.name] ?? .null
            if value == .null {
                if parameter.isRequired {
                    problems.append("\"\(action.name)\" needs \"\(parameter.name)\", \(parameter.kind.spoken)")
                }
            } else if !parameter.kind.allows(value) {
                let found = value.kind == parameter.kind.jsonKind ? value.text.clipped(to: 60) : value.kind
                problems.append(
                    "\"\(parameter.name)\" of \"\(action.name)\" must be \(parameter.kind.spoken), not \(found)"
                )
            }
        }
        guard problems.isEmpty else { throw InvalidDecision(problems) }
        values = members
    }

    func text(_ name: String) -> String { values[name]?.string ?? "" }
    func choice(_ name: String) -> String? { values[name]?.string }
    func integer(_ name: String) -> Int? { values[name]?.integer }
    func number(_ name: String) -> Double? { values[name]?.number }
    /// What is there and not `null`.
    func value(_ name: String) -> JSONValue? { values[name].flatMap { $0 == .null ? nil : $0 } }
    func flag(_ name: String) -> Bool? { values[name]?.bool }
}

extension ActionDefinition.Parameter.Kind {
    func allows(_ value: JSONValue) -> Bool {
        switch self {
        case .text: value.string != nil
        case .integer(let range): value.integer.map(range.contains) ?? false
        case .number(let range): value.number.map(range.contains) ?? false
        case .flag: value.bool != nil
        case .choice(let choices): value.string.map(choices.contains) ?? false
        case .value: true
        }
    }

    /// In words, for messages.
    var spoken: String {
        switch self {
        case .text: "a string"
        case .integer(let range) where range.upperBound > 1_000_000: "a whole number from \(range.lowerBound)"
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .number(let range): "a number from \(Int(range.lowerBound)) to \(Int(range.upperBound))"
        case .flag: "true or false"
        case .value: "JSON"
        case .choice(let choices): "one of " + choices.map { "\"\($0)\"" }.joined(separator: ", ")
        }
    }

    /// The kind of JSON value that it is.
    var jsonKind: String {
        switch self {
        case .text, .choice: "a string"
        case .integer, .number: "a number"
        case .flag: "true or false"
        case .value: "JSON"
        }
    }

    /// Its schema. Strict modes want every parameter to be there, so one that may be left out may be `null`.
    func schema(isRequired: Bool, about: String) -> JSONValue {
        var schema: [String: JSONValue] = [:]
        if !about.isEmpty { schema["description"] = .string(about) }
        let type: String
        switch self {
        case .text: type = "string"
        case .integer: type = "integer"
        case .number: type = "number"
        case .flag: type = "boolean"
        case .value(let value):
            schema["anyOf"] = .array([value] + (isRequired ? [] : [["type": "null"]]))
            return .object(schema)
        case .choice(let choices):
            type = "string"
            schema["enum"] = .array(choices.map { .string($0) } + (isRequired ? [] : [.null]))
        }
        schema["type"] = isRequired ? .string(type) : .array([.string(type), "null"])
        return .object(schema)
    }
}

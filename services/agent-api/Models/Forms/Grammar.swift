//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// The JSON texts that follow a schema, as a grammar in llama.cpp's notation, GBNF. Where a schema says something that a
/// grammar cannot, the grammar allows more.
struct Grammar {
    /// The deepest nesting of a schema; what is deeper may be any value.
    private static let deepest = 30

    private let root: JSONValue
    private var definitions: [String: String] = [:]
    private var rules: [(name: String, body: String)] = []

    private(set) var text = ""

    init(_ schema: JSONValue) {
        root = schema
        let body = expression(schema, depth: 0)
        let lines = [("root", body)] + rules
        text = (lines.map { "\($0.0) ::= \($0.1)" } + [Self.primitives]).joined(separator: "\n")
    }

    private static let primitives = #"""
        value ::= object | array | string | number | boolean | null
        object ::= "{" ws (member ("," ws member)*)? "}" ws
        member ::= string ":" ws value
        array ::= "[" ws (value ("," ws value)*)? "]" ws
        string ::= "\"" ([^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt/] | "u" hex hex hex hex))* "\"" ws
        hex ::= [0-9a-fA-F]
        integer ::= "-"? ("0" | [1-9] [0-9]*) ws
        number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)? ws
        boolean ::= ("true" | "false") ws
        null ::= "null" ws
        ws ::= [ \n]?
        """#

    private mutating func expression(_ schema: JSONValue, depth: Int) -> String {
        guard depth < Self.deepest, let members = schema.object else { return "value" }
        if let reference = members["$ref"]?.string { return rule(of: reference) }
        if let choices = members["enum"]?.array ?? members["const"].map({ [$0] }) {
            return group(choices.map { Self.literal($0.text) + " ws" })
        }
        if let choices = members["anyOf"]?.array ?? members["oneOf"]?.array {
            return group(choices.map { expression($0, depth: depth + 1) })
        }
        if let types = members["type"]?.array {
            return group(
                types.map { type in
                    expression(.object(members.merging(["type": type]) { $1 }), depth: depth + 1)
                }
            )
        }
        switch members["type"]?.string {
        case "object": return object(members, depth: depth)
        case "array":
            let item = members["items"].map { named(expression($0, depth: depth + 1)) } ?? "value"
            let list = "\(item) (\",\" ws \(item))*"
            let isOptional = (members["minItems"]?.integer ?? 0) < 1
            return "\"[\" ws \(isOptional ? "(\(list))?" : list) \"]\" ws"
        case let type? where ["string", "integer", "number", "boolean", "null"].contains(type): return type
        default: return "value"
        }
    }

    /// The required members in their order, then the others, each of which may be missing.
    private mutating func object(_ members: [String: JSONValue], depth: Int) -> String {
        let properties = members["properties"]?.object ?? [:]
        let required = (members["required"]?.array ?? []).compactMap(\.string).filter { properties[$0] != nil }
        // Without a first member that is always there, commas would be hard to place.
        guard !required.isEmpty else {
            let isEmpty = properties.isEmpty && members["additionalProperties"] == .bool(false)
            return isEmpty ? "\"{\" ws \"}\" ws" : "object"
        }
        func member(_ name: String) -> String {
            "\(Self.literal(JSONValue.string(name).text)) ws \":\" ws \(expression(properties[name] ?? .null, depth: depth + 1))"
        }
        var body = required.map(member).joined(separator: " \",\" ws ")
        for name in properties.keys.sorted() where !required.contains(name) {
            body += " (\",\" ws \(member(name)))?"
        }
        return "\"{\" ws \(body) \"}\" ws"
    }

    private mutating func rule(of reference: String) -> String {
        if let name = definitions[reference] { return name }
        var schema: JSONValue? = reference.hasPrefix("#/") ? root : nil
        for part in reference.split(separator: "/").dropFirst() {
            // A JSON pointer escapes these two characters (RFC 6901, section 3).
            schema = schema?[String(part).replacing("~1", with: "/").replacing("~0", with: "~")]
        }
        guard let schema else { return "value" }
        let name = "def-\(definitions.count + 1)"
        definitions[reference] = name
        rules.append((name, expression(schema, depth: 1)))
        return name
    }

    /// A rule for an expression that is needed twice: written out twice at each level, nested lists would double with each.
    private mutating func named(_ expression: String) -> String {
        guard expression.contains(" ") else { return expression }
        let name = "item-\(rules.count + 1)"
        rules.append((name, expression))
        return name
    }

    private func group(_ choices: [String]) -> String {
        choices.count == 1 ? choices[0] : "(\(choices.joined(separator: " | ")))"
    }

    /// A JSON text as a terminal.
    private static func literal(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}

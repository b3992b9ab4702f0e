//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import Testing

@testable import Models

@Suite("A schema as a grammar")
struct GrammarTests {
    private func root(_ schema: JSONValue) -> String {
        let first = Grammar(schema).text.split(separator: "\n").first ?? ""
        return String(first.dropFirst("root ::= ".count))
    }

    @Test("Members are in the order in which they are required, with their kinds")
    func objects() {
        let schema: JSONValue = [
            "type": "object", "required": ["b", "a"], "additionalProperties": false,
            "properties": ["a": ["type": "integer"], "b": ["type": ["string", "null"]], "c": ["type": "boolean"]],
        ]
        #expect(
            root(schema)
                == #""{" ws "\"b\"" ws ":" ws (string | null) "," ws "\"a\"" ws ":" ws integer ("," ws "\"c\"" ws ":" ws boolean)? "}" ws"#
        )
    }

    @Test("Choices, lists and values are written as they are")
    func choices() {
        #expect(root(["enum": ["a\"b", 1, .null]]) == #"("\"a\\\"b\"" ws | "1" ws | "null" ws)"#)
        #expect(root(["anyOf": [["type": "number"], ["type": "object"]]]) == "(number | object)")
        #expect(
            root(["type": "array", "items": ["type": "string"]]) == #""[" ws (string ("," ws string)*)? "]" ws"#
        )
        #expect(
            root(["type": "array", "minItems": 1, "items": ["type": "string"]])
                == #""[" ws string ("," ws string)* "]" ws"#
        )
        #expect(root(["title": "anything"]) == "value")
    }

    @Test("References, also to themselves, become rules")
    func references() {
        let schema: JSONValue = [
            "$ref": "#/$defs/tree~1node",
            "$defs": [
                "tree/node": [
                    "type": "object", "required": ["next"],
                    "properties": ["next": ["anyOf": [["$ref": "#/$defs/tree~1node"], ["type": "null"]]]],
                ]
            ],
        ]
        let lines = Grammar(schema).text.split(separator: "\n")
        #expect(lines[0] == "root ::= def-1")
        #expect(lines[1] == #"def-1 ::= "{" ws "\"next\"" ws ":" ws (def-1 | null) "}" ws"#)
        #expect(root(["$ref": "#/$defs/none"]) == "value")
    }

    @Test("A schema that is nested too deep allows more")
    func depth() {
        var schema: JSONValue = ["type": "string"]
        for _ in 1...100 { schema = ["type": "array", "items": schema] }
        let grammar = Grammar(schema).text
        #expect(grammar.utf8.count < 10_000)
        #expect(grammar.contains(#"item-1 ::= "[" ws (value ("," ws value)*)? "]" ws"#))
    }
}

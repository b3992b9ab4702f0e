//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON
import JSONSchema
import Testing

@Suite("A JSON schema")
struct JSONSchemaTests {
    /// A schema with a valid value, an invalid value, and words of the reported problem.
    struct Sample: Sendable, CustomTestStringConvertible {
        var schema: String
        var good: String
        var bad: String
        var words: String
        var testDescription: String { "\(schema) of \(bad)" }

        init(_ schema: String, _ good: String, _ bad: String, _ words: String) {
            (self.schema, self.good, self.bad, self.words) = (schema, good, bad, words)
        }
    }

    static let samples: [Sample] = [
        Sample(#"{"type":"string"}"#, #""a""#, "1", "data must be a string, not 1"),
        Sample(#"{"type":["integer","null"]}"#, "null", "1.5", "data must be a whole number or null, not 1.5"),
        Sample(#"{"type":"integer"}"#, "2.0", #""2""#, "data must be a whole number, not a string"),
        Sample(#"{"type":"number"}"#, "2", "true", "data must be a number, not true or false"),
        Sample(#"{"enum":["a",1]}"#, "1.0", #""b""#, #"data must be one of "a", 1, not "b""#),
        Sample(#"{"const":{"a":[1]}}"#, #"{"a":[1.0]}"#, "{}", #"data must be {"a":[1]}"#),
        Sample(#"{"minimum":1,"maximum":2}"#, "1", "3", "data must be at most 2"),
        Sample(#"{"exclusiveMinimum":1}"#, "1.1", "1", "data must be above 1"),
        Sample(#"{"exclusiveMaximum":1}"#, "0", "1", "data must be below 1"),
        Sample(#"{"multipleOf":0.1}"#, "0.3", "0.35", "data must be a multiple of 0.1"),
        Sample(#"{"minLength":2,"maxLength":3}"#, #""äöü""#, #""a""#, "data has 1 characters; it must have at least 2"),
        Sample(#"{"type":"array","items":{"type":"integer"}}"#, "[1]", #"[1,"x"]"#, "data[1] must be a whole number"),
        Sample(#"{"minItems":1,"maxItems":2}"#, "[1]", "[1,2,3]", "data has 3 elements; it must have at most 2"),
        Sample(#"{"uniqueItems":true}"#, "[1,2]", "[1,1.0]", "data has the same element twice"),
        Sample(
            #"{"prefixItems":[{"type":"string"}],"items":false}"#,
            #"["a"]"#,
            #"["a",1]"#,
            "data[1] is not allowed"
        ),
        Sample(#"{"required":["a"]}"#, #"{"a":1}"#, "{}", #"data has no "a", which is required"#),
        Sample(
            #"{"properties":{"a":{"type":"object","properties":{"b":{"type":"null"}}}}}"#,
            #"{"a":{"b":null,"c":1}}"#,
            #"{"a":{"b":1}}"#,
            "data.a.b must be null, not 1"
        ),
        Sample(
            #"{"properties":{"a":true},"additionalProperties":false}"#,
            #"{"a":1}"#,
            #"{"b":1}"#,
            #"data must not have "b"; it can have a"#
        ),
        Sample(#"{"additionalProperties":{"type":"string"}}"#, #"{"x":"a"}"#, #"{"x":1}"#, "data.x must be a string"),
        Sample(#"{"minProperties":1}"#, #"{"x":1}"#, "{}", "data has 0 members; it must have at least 1"),
        Sample(#"{"anyOf":[{"type":"string"},{"minimum":3}]}"#, "3", "2", "fits none of the 2 alternatives"),
        Sample(
            #"{"oneOf":[{"type":"integer"},{"minimum":3}]}"#,
            "2",
            "4",
            "fits 2 of the alternatives and must fit exactly one"
        ),
        Sample(#"{"allOf":[{"minimum":1},{"maximum":2}]}"#, "1", "0", "data must be at least 1"),
        Sample(#"{"not":{"type":"null"}}"#, "1", "null", "data matches a schema that it must not match"),
        Sample(
            ##"{"$ref":"#/$defs/node","$defs":{"node":{"type":"object","properties":{"next":{"$ref":"#/$defs/node"}}}}}"##,
            #"{"next":{"next":{}}}"#,
            #"{"next":{"next":1}}"#,
            "data.next.next must be an object, not 1"
        ),
        Sample(
            ##"{"items":{"$ref":"#/definitions/a~1b"},"definitions":{"a/b":{"type":"string","format":"date"}}}"##,
            #"["x"]"#,
            "[1]",
            "data[0] must be a string"
        ),
    ]

    @Test("Accepts valid values and reports what is wrong with others", arguments: samples)
    func validates(_ sample: Sample) throws {
        let schema = try JSONSchema(JSONValue(parsing: sample.schema.utf8))
        #expect(try schema.problems(of: JSONValue(parsing: sample.good.utf8)) == [])
        let problems = try schema.problems(of: JSONValue(parsing: sample.bad.utf8))
        #expect(problems.count == 1, "\(problems)")
        #expect(problems.first?.contains(sample.words) == true, "\(problems)")
    }

    static let refused: [(String, String)] = [
        ("[]", "must be an object, not an array"),
        (#"{"pattern":"^a"}"#, "/pattern is not supported: it would not be enforced; leave it out"),
        (#"{"properties":{"a":{"if":{}}}}"#, "/properties/a/if is not supported"),
        (#"{"type":"text"}"#, "/type must be one or more of array, boolean, integer"),
        (#"{"type":[]}"#, "/type must be one or more of"),
        (#"{"properties":{"a":1}}"#, "/properties/a must be a schema, not a number"),
        (#"{"anyOf":[]}"#, "/anyOf must be an array of schemas with at least one"),
        (#"{"required":["a",1]}"#, "/required must be an array of strings"),
        (#"{"enum":[]}"#, "/enum must be an array with at least one value"),
        (#"{"minimum":"1"}"#, "/minimum must be a number, not a string"),
        (#"{"multipleOf":0}"#, "/multipleOf must be a number above 0"),
        (#"{"minItems":-1}"#, "/minItems must be a whole number from 0"),
        (#"{"uniqueItems":1}"#, "/uniqueItems must be true or false"),
        (#"{"$ref":"https://example.com/s"}"#, "/$ref refers to \"https://example.com/s\"; it can refer to the $defs"),
        (##"{"$ref":"#/$defs/b","$defs":{"a":{}}}"##, "it can refer to #/$defs/a"),
        (#"{"items":{"$defs":{}}}"#, "/items/$defs is only supported at the root"),
        (
            ##"{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"$ref":"#/$defs/a"}}}"##,
            "has a cycle from #/$defs/a to itself"
        ),
    ]

    @Test(
        "Is rejected if it would not be enforced, with the place",
        arguments: refused
    )
    func refuses(_ schema: String, _ words: String) throws {
        let value = try JSONValue(parsing: schema.utf8)
        let error = #expect(throws: InvalidJSONSchema.self) { _ = try JSONSchema(value) }
        #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test("A schema that is too long or too deep is rejected")
    func bounds() throws {
        let long: JSONValue = ["description": .string(String(repeating: "a", count: 40_000))]
        let error = #expect(throws: InvalidJSONSchema.self) { _ = try JSONSchema(long) }
        #expect(error?.description.contains("at most 32768 are allowed") == true)
        var deep: JSONValue = ["type": "string"]
        for _ in 0..<100 { deep = ["items": deep] }
        let nested = deep
        #expect(throws: InvalidJSONSchema.self) { _ = try JSONSchema(nested) }
    }

    @Test("Validation stops at too many alternatives and too deep values")
    func givesUp() throws {
        var definitions: [String: JSONValue] = ["d0": ["type": "string"]]
        for number in 1...40 {
            let next: JSONValue = ["$ref": .string("#/$defs/d\(number - 1)")]
            definitions["d\(number)"] = ["anyOf": [next, next]]
        }
        let schema = try JSONSchema(["$ref": "#/$defs/d40", "$defs": .object(definitions)])
        #expect(schema.problems(of: 1).description.contains("too many alternatives"))
        let list = try JSONSchema(["$ref": "#/$defs/n", "$defs": ["n": ["items": ["$ref": "#/$defs/n"]]]])
        var value: JSONValue = []
        for _ in 0..<400 { value = [value] }
        #expect(list.problems(of: value).description.contains("is nested too deeply"))
    }

    @Test("Of many problems ten are reported")
    func manyProblems() throws {
        let schema = try JSONSchema(["items": ["type": "string"]])
        let problems = schema.problems(of: .array((0..<50).map { .integer($0) }))
        #expect(problems.count == 10)
        #expect(problems.last == "and 41 more problems")
    }

    static let strictSamples: [(String, Bool)] = [
        (
            #"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}"#,
            true
        ),
        (#"{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}"#, false),
        (#"{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}"#, false),
        (#"{"type":"array","items":{"anyOf":[{"type":"string"},{"type":"null"}]}}"#, true),
        (#"{"type":"array"}"#, false),
        (#"{"type":"string","default":"a"}"#, false),
        (##"{"type":"array","items":{"$ref":"#/$defs/a"},"$defs":{"a":{"type":"object"}}}"##, false),
        (#"{"oneOf":[{"type":"string"}]}"#, false),
    ]

    @Test(
        "Is strict if all properties are required and no others allowed",
        arguments: strictSamples
    )
    func strictness(_ schema: String, _ isStrict: Bool) throws {
        #expect(try JSONSchema(JSONValue(parsing: schema.utf8)).fitsStrictMode == isStrict)
    }
}

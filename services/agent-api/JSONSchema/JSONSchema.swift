//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// A user's JSON schema (2020-12) that is enforced completely: anything unsupported is rejected when it is parsed.
///
/// Supported are `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `minProperties`,
/// `maxProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minLength`, `maxLength`, `anyOf`, `oneOf`, `allOf`, `not`,
/// and `$ref` to the `$defs` or `definitions` at the root. Annotations, including `format`, are accepted and not
/// enforced.
package struct JSONSchema: Sendable, Hashable {
    /// The schema as it was given.
    package let source: JSONValue

    /// The maximum size of a schema as compact JSON, in bytes.
    package static let maximumBytes = 32_768

    /// Parses a schema.
    ///
    /// - Throws: ``InvalidJSONSchema`` with everything that is wrong or not supported.
    package init(_ source: JSONValue) throws(InvalidJSONSchema) {
        guard source.object != nil else { throw InvalidJSONSchema(["must be an object, not \(source.kind)"]) }
        let size = source.bytes.count
        guard size <= Self.maximumBytes else {
            throw InvalidJSONSchema(["has \(size) bytes; at most \(Self.maximumBytes) are allowed"])
        }
        var check = SchemaCheck(root: source)
        check.checkAll()
        guard check.problems.isEmpty else { throw InvalidJSONSchema(check.problems) }
        self.source = source
    }

    /// What is wrong with a value: at most ten problems, each a sentence such as `data.items[3].price must be a number,
    /// not a string`. Empty if the value is valid.
    ///
    /// - Parameter name: The name of the value in the messages.
    package func problems(of value: JSONValue, named name: String = "data") -> [String] {
        var validation = SchemaValidation(definitions: SchemaDefinitions(of: source))
        let problems = validation.problems(of: value, by: source, at: name)
        guard problems.count > 10 else { return problems }
        return problems.prefix(9) + ["and \(problems.count - 9) more problems"]
    }
}

/// Why a schema is not accepted.
package struct InvalidJSONSchema: Error, Sendable, Hashable, CustomStringConvertible {
    /// The problems, each phrased to complete "the schema …".
    package var problems: [String]

    init(_ problems: [String]) { self.problems = problems }

    /// All problems in one line.
    package var description: String { problems.joined(separator: "; ") }
}

/// The schemas that references can point to.
struct SchemaDefinitions: Sendable {
    /// Where definitions are, at the root.
    static let places = ["$defs", "definitions"]

    private let schemas: [String: JSONValue]

    init(of root: JSONValue) {
        var schemas: [String: JSONValue] = [:]
        for place in Self.places {
            for (name, schema) in root[place]?.object ?? [:] {
                // A JSON pointer escapes these two characters (RFC 6901, section 3).
                let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
                schemas["#/\(place)/\(escaped)"] = schema
            }
        }
        self.schemas = schemas
    }

    /// The schema that a `$ref` points to.
    subscript(reference: String) -> JSONValue? { schemas[reference] }

    /// All possible references.
    var references: [String] { schemas.keys.sorted() }
}

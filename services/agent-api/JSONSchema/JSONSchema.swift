//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

/// A JSON schema (2020-12) of somebody else's, all of which is enforced: what is not understood is refused when it is made.
///
/// Understood are `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `minProperties`,
/// `maxProperties`, `items`, `prefixItems`, `minItems`, `maxItems`, `uniqueItems`, `minimum`, `maximum`,
/// `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `minLength`, `maxLength`, `anyOf`, `oneOf`, `allOf`, `not`, and
/// `$ref` to the `$defs` or `definitions` at its root. Annotations, `format` among them, say something to the reader and are
/// not checked.
package struct JSONSchema: Sendable, Hashable {
    /// The schema as it was given.
    package let source: JSONValue

    /// The most bytes of a schema's compact text.
    package static let maximumBytes = 32_768

    /// Understands a schema.
    ///
    /// - Throws: ``InvalidJSONSchema`` with all that is wrong or not supported.
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

    /// What is wrong with a value, at most ten things, each a sentence such as `data.items[3].price must be a number, not a
    /// string`; nothing for a value that satisfies the schema.
    ///
    /// - Parameter name: what the value is called.
    package func problems(of value: JSONValue, named name: String = "data") -> [String] {
        var validation = SchemaValidation(definitions: SchemaDefinitions(of: source))
        let problems = validation.problems(of: value, by: source, at: name)
        guard problems.count > 10 else { return problems }
        return problems.prefix(9) + ["and \(problems.count - 9) more things are wrong"]
    }
}

/// Why a schema is not taken.
package struct InvalidJSONSchema: Error, Sendable, Hashable, CustomStringConvertible {
    /// All that is wrong, each as it completes "the schema …".
    package var problems: [String]

    init(_ problems: [String]) { self.problems = problems }

    /// All of it in one line.
    package var description: String { problems.joined(separator: "; ") }
}

/// The schemas that others refer to.
struct SchemaDefinitions: Sendable {
    /// Where they stand at the root.
    static let places = ["$defs", "definitions"]

    private let schemas: [String: JSONValue]

    init(of root: JSONValue) {
        var schemas: [String: JSONValue] = [:]
        for place in Self.places {
            for (name, schema) in root[place]?.object ?? [:] {
                // A pointer writes these two characters in another way (RFC 6901, section 3).
                let escaped = name.replacing("~", with: "~0").replacing("/", with: "~1")
                schemas["#/\(place)/\(escaped)"] = schema
            }
        }
        self.schemas = schemas
    }

    /// What a `$ref` refers to.
    subscript(reference: String) -> JSONValue? { schemas[reference] }

    /// All references that there can be.
    var references: [String] { schemas.keys.sorted() }
}

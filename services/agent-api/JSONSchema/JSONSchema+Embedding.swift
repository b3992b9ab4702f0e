//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import JSON

extension JSONSchema {
    /// The schema as part of another one, without what must be at the root; see ``rootKeywords``.
    package var embedded: JSONValue {
        .object(
            (source.object ?? [:]).filter {
                !SchemaDefinitions.places.contains($0.key) && !["$schema", "$id"].contains($0.key)
            }
        )
    }

    /// The keywords that must be at the root of the surrounding schema, so that references remain valid.
    package var rootKeywords: [String: JSONValue] {
        (source.object ?? [:]).filter { SchemaDefinitions.places.contains($0.key) }
    }

    /// Whether servers with strict mode accept the schema: every property is required, no others are allowed, and only
    /// keywords that such servers know are used.
    package var fitsStrictMode: Bool {
        let definitions = SchemaDefinitions(of: source)
        return Self.isStrict(embedded)
            && definitions.references.compactMap { definitions[$0] }.allSatisfy(Self.isStrict)
    }

    private static let strictKeywords: Set<String> = [
        "type", "properties", "required", "additionalProperties", "items", "enum", "const", "anyOf", "$ref", "title",
        "description", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minItems",
        "maxItems",
    ]

    private static func isStrict(_ schema: JSONValue) -> Bool {
        guard let keywords = schema.object, keywords.keys.allSatisfy(strictKeywords.contains),
            ["type", "anyOf", "$ref", "enum", "const"].contains(where: { keywords[$0] != nil })
        else { return false }
        let types = (keywords["type"]?.array ?? keywords["type"].map { [$0] } ?? []).compactMap(\.string)
        if types.contains("object") {
            let properties = keywords["properties"]?.object ?? [:]
            let required = Set((keywords["required"]?.array ?? []).compactMap(\.string))
            guard keywords["additionalProperties"] == .bool(false), required == Set(properties.keys),
                properties.values.allSatisfy(isStrict)
            else { return false }
        }
        if types.contains("array"), keywords["items"].map(isStrict) != true { return false }
        return keywords["anyOf"]?.array?.allSatisfy(isStrict) ?? true
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Finds what is invalid or not supported in a schema.
struct SchemaCheck {
    private let root: JSONValue
    private let definitions: SchemaDefinitions
    private(set) var problems: [String] = []

    /// The maximum nesting depth of schemas.
    private static let maximumDepth = 32

    init(root: JSONValue) {
        self.root = root
        definitions = SchemaDefinitions(of: root)
    }

    mutating func checkAll() {
        check(root, at: "", depth: 0)
        // A reference cycle that does not descend into the value would make validation endless.
        for reference in definitions.references where problems.isEmpty && hasCycle(through: reference) {
            problems.append("has a cycle from \(reference) to itself")
        }
    }

    /// Keywords for readers, which enforce nothing.
    private static let annotations: Set<String> = [
        "title", "description", "default", "example", "examples", "format", "deprecated", "readOnly", "writeOnly",
        "$comment",
    ]
    private static let types: Set<String> = ["object", "array", "string", "number", "integer", "boolean", "null"]

    private mutating func check(_ schema: JSONValue, at path: String, depth: Int) {
        if schema.bool != nil { return }
        guard let keywords = schema.object else {
            return report(path, "must be a schema, not \(schema.kind)")
        }
        guard depth <= Self.maximumDepth else { return report(path, "is nested too deeply in other schemas") }
        for (keyword, value) in keywords.sorted(by: { $0.key < $1.key }) {
            check(keyword, value, at: "\(path)/\(keyword)", depth: depth + 1)
        }
    }

    private mutating func check(_ keyword: String, _ value: JSONValue, at path: String, depth: Int) {
        switch keyword {
        case _ where Self.annotations.contains(keyword), "const": break
        case "$schema", "$id":
            if depth > 1 { report(path, "is only supported at the root") }
        case "$defs", "definitions":
            guard depth == 1 else { return report(path, "is only supported at the root") }
            checkMembers(value, at: path, depth: depth)
        case "properties": checkMembers(value, at: path, depth: depth)
        case "items", "additionalProperties", "not": check(value, at: path, depth: depth)
        case "anyOf", "oneOf", "allOf", "prefixItems":
            guard let schemas = value.array, !schemas.isEmpty else {
                return report(path, "must be an array of schemas with at least one")
            }
            for (index, schema) in schemas.enumerated() { check(schema, at: "\(path)/\(index)", depth: depth) }
        case "$ref":
            let known = definitions.references.joined(separator: ", ")
            guard let reference = value.string, definitions[reference] != nil else {
                return report(
                    path,
                    "refers to \(value.text.prefix(100)); it can refer to \(known.isEmpty ? "the $defs at the root, of which there are none" : known)"
                )
            }
        case "type": checkType(value, at: path)
        case "required":
            if value.array?.allSatisfy({ $0.string != nil }) != true { report(path, "must be an array of strings") }
        case "enum":
            if value.array?.isEmpty != false { report(path, "must be an array with at least one value") }
        case "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum":
            if value.number == nil { report(path, "must be a number, not \(value.kind)") }
        case "multipleOf":
            if (value.number ?? 0) <= 0 { report(path, "must be a number above 0") }
        case "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties":
            if (value.integer ?? -1) < 0 { report(path, "must be a whole number from 0") }
        case "uniqueItems":
            if value.bool == nil { report(path, "must be true or false") }
        default: report(path, "is not supported: it would not be enforced; leave it out")
        }
    }

    private mutating func checkMembers(_ value: JSONValue, at path: String, depth: Int) {
        guard let members = value.object else { return report(path, "must be an object of schemas") }
        for (name, schema) in members.sorted(by: { $0.key < $1.key }) {
            check(schema, at: "\(path)/\(name.prefix(60))", depth: depth)
        }
    }

    private mutating func checkType(_ value: JSONValue, at path: String) {
        let names = value.array ?? [value]
        guard !names.isEmpty, names.allSatisfy({ $0.string.map(Self.types.contains) ?? false }) else {
            return report(path, "must be one or more of \(Self.types.sorted().joined(separator: ", "))")
        }
    }

    private mutating func report(_ path: String, _ problem: String) {
        guard problems.count < 20 else { return }
        problems.append(path.isEmpty ? problem : "\(path) \(problem)")
    }

    /// Whether a definition leads back to itself through schemas that apply to the same value.
    private func hasCycle(through start: String) -> Bool {
        var seen: Set<String> = []
        var next = definitions[start].map(references) ?? []
        while let reference = next.popLast() {
            if reference == start { return true }
            guard seen.insert(reference).inserted, let schema = definitions[reference] else { continue }
            next += references(of: schema)
        }
        return false
    }

    private func references(of schema: JSONValue) -> [String] {
        var found = schema["$ref"]?.string.map { [$0] } ?? []
        for keyword in ["anyOf", "oneOf", "allOf"] {
            found += (schema[keyword]?.array ?? []).flatMap(references)
        }
        if let negated = schema["not"] { found += references(of: negated) }
        return found
    }
}

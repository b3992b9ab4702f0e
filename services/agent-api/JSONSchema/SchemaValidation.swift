//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Validates a value against a schema that ``SchemaCheck`` has accepted.
struct SchemaValidation {
    let definitions: SchemaDefinitions

    /// The remaining number of schemas to try. Nested alternatives could take unlimited time.
    private var budget = 100_000

    /// The maximum depth to which a value is validated.
    private static let maximumDepth = 100

    init(definitions: SchemaDefinitions) { self.definitions = definitions }

    mutating func problems(of value: JSONValue, by schema: JSONValue, at path: String) -> [String] {
        problems(of: value, by: schema, at: path, depth: 0)
    }

    private mutating func problems(of value: JSONValue, by schema: JSONValue, at path: String, depth: Int) -> [String] {
        guard budget > 0 else { return ["\(path) could not be checked: the schema has too many alternatives"] }
        budget -= 1
        guard depth < Self.maximumDepth else { return ["\(path) is nested too deeply"] }
        if let isAllowed = schema.bool { return isAllowed ? [] : ["\(path) is not allowed"] }
        guard let keywords = schema.object else { return [] }
        if let type = keywords["type"], let problem = Self.problem(of: value, byType: type) {
            // The other keywords only make sense for the right type.
            return ["\(path) \(problem)"]
        }
        var found: [String] = []
        if let reference = keywords["$ref"]?.string, let schema = definitions[reference] {
            found += problems(of: value, by: schema, at: path, depth: depth + 1)
        }
        found += Self.problems(of: value, byValuesOf: keywords).map { "\(path) \($0)" }
        found += combined(value, keywords, path, depth)
        switch value {
        case .object(let members): found += problems(of: members, keywords, path, depth)
        case .array(let elements): found += problems(of: elements, keywords, path, depth)
        case .string(let text):
            found += Self.countProblems(text.unicodeScalars.count, keywords, "Length", "characters").map {
                "\(path) \($0)"
            }
        case .integer, .number, .largeInteger:
            found += Self.numberProblems(value.number ?? 0, keywords).map { "\(path) \($0)" }
        case .bool, .null: break
        }
        return found
    }

    private mutating func combined(
        _ value: JSONValue,
        _ keywords: [String: JSONValue],
        _ path: String,
        _ depth: Int
    ) -> [String] {
        var found: [String] = []
        for schema in keywords["allOf"]?.array ?? [] {
            found += problems(of: value, by: schema, at: path, depth: depth + 1)
        }
        if let schema = keywords["not"], problems(of: value, by: schema, at: path, depth: depth + 1).isEmpty {
            found.append("\(path) matches a schema that it must not match")
        }
        for keyword in ["anyOf", "oneOf"] {
            guard let schemas = keywords[keyword]?.array else { continue }
            var failures: [String] = []
            var matches = 0
            for schema in schemas {
                let problems = problems(of: value, by: schema, at: path, depth: depth + 1)
                if problems.isEmpty {
                    matches += 1
                } else {
                    failures.append(problems.prefix(3).joined(separator: ", "))
                }
            }
            if matches == 0 {
                let reasons = failures.prefix(5).joined(separator: "; or ")
                found.append("\(path) fits none of the \(schemas.count) alternatives: \(reasons)")
            } else if keyword == "oneOf", matches > 1 {
                found.append("\(path) fits \(matches) of the alternatives and must fit exactly one")
            }
        }
        return found
    }

    private mutating func problems(
        of members: [String: JSONValue],
        _ keywords: [String: JSONValue],
        _ path: String,
        _ depth: Int
    ) -> [String] {
        let properties = keywords["properties"]?.object ?? [:]
        var found: [String] = []
        for name in keywords["required"]?.array?.compactMap(\.string) ?? [] where members[name] == nil {
            found.append("\(path) has no \"\(name)\", which is required")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            let place = "\(path).\(name.prefix(60))"
            if let schema = properties[name] {
                found += problems(of: value, by: schema, at: place, depth: depth + 1)
            } else if let schema = keywords["additionalProperties"] {
                if schema == .bool(false) {
                    let known = properties.keys.sorted().prefix(30).joined(separator: ", ")
                    found.append(
                        "\(path) must not have \"\(name.prefix(60))\"; it can have \(known.isEmpty ? "nothing" : known)"
                    )
                } else {
                    found += problems(of: value, by: schema, at: place, depth: depth + 1)
                }
            }
        }
        return found + Self.countProblems(members.count, keywords, "Properties", "members").map { "\(path) \($0)" }
    }

    private mutating func problems(
        of elements: [JSONValue],
        _ keywords: [String: JSONValue],
        _ path: String,
        _ depth: Int
    ) -> [String] {
        let first = keywords["prefixItems"]?.array ?? []
        var found: [String] = []
        for (index, element) in elements.enumerated() {
            guard let schema = index < first.count ? first[index] : keywords["items"] else { continue }
            found += problems(of: element, by: schema, at: "\(path)[\(index)]", depth: depth + 1)
        }
        if keywords["uniqueItems"] == .bool(true), Set(elements.map(\.canonical)).count < elements.count {
            found.append("\(path) has the same element twice")
        }
        return found + Self.countProblems(elements.count, keywords, "Items", "elements").map { "\(path) \($0)" }
    }
}

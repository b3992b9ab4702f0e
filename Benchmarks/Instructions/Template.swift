//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Replaces `{{path}}` by a page's data. A path leads through members and elements: `{{people.0.name}}`.
struct Template {
    struct UnknownPlaceholder: Error, CustomStringConvertible {
        let path: String
        var description: String { "there is no {{\(path)}} in the data of the pages" }
    }

    let data: JSONValue

    /// Fills in a text.
    ///
    /// - Parameter isJSON: Whether values are escaped for a string in JSON or a script.
    func fill(_ text: String, isJSON: Bool = false) throws(UnknownPlaceholder) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "{{"), let end = rest[start.upperBound...].firstRange(of: "}}") {
            let path = String(rest[start.upperBound..<end.lowerBound])
            guard path.utf8.allSatisfy(Self.isPartOfPath) else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                continue
            }
            result += rest[..<start.lowerBound]
            let value = try value(at: path)
            result += isJSON ? String(JSONValue.string(value).text.dropFirst().dropLast()) : value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    /// All texts of the data, the longer first.
    var texts: [String] {
        func texts(_ value: JSONValue) -> [String] {
            if let text = value.string { return text.count > 3 ? [text] : [] }
            return (value.array ?? value.object.map { Array($0.values) } ?? []).flatMap(texts)
        }
        return Set(texts(data)).sorted { ($1.count, $0) < ($0.count, $1) }
    }

    private static func isPartOfPath(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."):
            true
        default: false
        }
    }

    private func value(at path: String) throws(UnknownPlaceholder) -> String {
        var value = data
        for part in path.split(separator: ".") {
            let next: JSONValue?
            if let elements = value.array {
                next = Int(part).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            } else {
                next = value[String(part)]
            }
            guard let next else { throw UnknownPlaceholder(path: path) }
            value = next
        }
        if let text = value.string { return text }
        if let number = value.integer { return String(number) }
        throw UnknownPlaceholder(path: path)
    }
}

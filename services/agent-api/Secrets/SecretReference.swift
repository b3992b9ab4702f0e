//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

/// The reference to a secret that stands for its value in a text: `<secret>x_password</secret>`, as in browser-use.
package struct SecretReference: Sendable, Hashable {
    /// The secret's name.
    package var name: String

    package init(_ name: String) { self.name = name }

    private static let opening = "<secret>"
    private static let closing = "</secret>"

    package var text: String { Self.opening + name + Self.closing }

    /// A part of a text.
    enum Part: Hashable {
        case text(String)
        case reference(SecretReference)
    }

    /// A text split into literal parts and references.
    static func parts(of text: String) -> [Part] {
        var parts: [Part] = []
        var rest = text[...]
        while let start = rest.firstRange(of: opening) {
            guard let end = rest[start.upperBound...].firstRange(of: closing) else { break }
            if start.lowerBound > rest.startIndex { parts.append(.text(String(rest[..<start.lowerBound]))) }
            let name = String(rest[start.upperBound..<end.lowerBound])
            parts.append(.reference(SecretReference(name.trimmed)))
            rest = rest[end.upperBound...]
        }
        if !rest.isEmpty || parts.isEmpty { parts.append(.text(String(rest))) }
        return parts
    }

    /// The secrets that a text refers to, in order.
    package static func references(in text: String) -> [SecretReference] {
        // Most texts have none.
        guard text.utf8.contains(UInt8(ascii: "<")) else { return [] }
        return parts(of: text).compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    /// The text with each reference in quotation marks, unless it has some already, so that a parser of sentences takes
    /// it as one word.
    package static func quoted(in text: String) -> String {
        guard !references(in: text).isEmpty else { return text }
        var result = ""
        for part in parts(of: text) {
            switch part {
            case .text(let text): result += text
            case .reference(let reference):
                let isQuoted = result.count { $0 == "\"" } % 2 == 1 || "“'‘«`".contains(result.last ?? " ")
                result += isQuoted ? reference.text : "\"\(reference.text)\""
            }
        }
        return result
    }
}

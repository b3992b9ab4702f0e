//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Finds the JSON object in a model's answer, which may also have reasoning, a Markdown fence, or sentences around it.
enum EmbeddedJSON {
    /// The result of a search.
    struct Search: Equatable {
        /// The complete object, not part of another value, that has the most of the members that were asked for; the
        /// last of several. `nil` if there is none.
        var object: String?
        /// The number of bytes read.
        var bytesRead = 0
    }

    /// The object in a text, or the whole text if there is none.
    ///
    /// - Parameter request: what was asked for.
    /// - Throws: `CancellationError`.
    static func answer(in text: String, to request: ModelRequest? = nil) throws -> String {
        let members = Set(request?.schema["properties"]?.object?.keys ?? [:].keys)
        let object = try search(text, for: members).object ?? search(withEscapes(text), for: members).object
        let found = object ?? text
        return request.flatMap { argumentsOfCall(found, $0) } ?? found
    }

    /// A text whose line breaks in strings are escaped: some grammars let models write them as they are.
    private static func withEscapes(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 < 0x20 }) else { return text }
        var result: [UInt8] = []
        var isString = false
        var isEscaped = false
        for byte in text.utf8 {
            if isString, byte < 0x20 {
                let escape: String =
                    switch byte {
                    case 0x0A: "\\n"
                    case 0x0D: "\\r"
                    case 0x09: "\\t"
                    default: " "
                    }
                result += Array(escape.utf8)
            } else {
                result.append(byte)
            }
            if byte == UInt8(ascii: "\""), !isEscaped { isString.toggle() }
            isEscaped = isString && byte == UInt8(ascii: "\\") && !isEscaped
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Some models write the call of a tool as text: `{"name":"answer","arguments":{…}}`.
    private static func argumentsOfCall(_ text: String, _ request: ModelRequest) -> String? {
        guard text.contains("\"name\""), let call = try? JSONValue(parsing: text.utf8),
            call["name"]?.string == request.schemaName
        else { return nil }
        let arguments = call["arguments"] ?? call["parameters"]
        return arguments?.string ?? arguments.flatMap { $0.object == nil ? nil : $0.text }
    }

    /// Searches for the object.
    ///
    /// A value that becomes invalid at some byte cannot contain a complete object that matters before that byte. So the
    /// search continues there, and reads no byte twice.
    ///
    /// - Parameter members: the names of the members that the object should have.
    /// - Throws: `CancellationError`, soon after the task is cancelled.
    static func search(_ text: String, for members: Set<String> = []) throws -> Search {
        let bytes = Array(text.utf8)
        var rest = bytes[startOfAnswer(in: text)...]
        var search = Search()
        var best = 0
        while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
            try Task.checkCancellation()
            var length = 0
            if let value = try? JSONValue(parsingPrefixOf: rest[start...], length: &length), let object = value.object {
                let shared = members.isEmpty ? 0 : object.keys.count(where: members.contains)
                if shared >= best {
                    best = shared
                    search.object = String(decoding: bytes[start..<start + length], as: UTF8.self)
                }
            }
            search.bytesRead += length
            rest = rest[(start + max(length, 1))...]
        }
        return search
    }

    /// The names of the tags around what some models think before they answer, which may contain JSON.
    private static let thoughts = ["think", "thinking", "thought", "reasoning"]

    /// Where the answer begins, in bytes: behind the thoughts.
    private static func startOfAnswer(in text: String) -> Int {
        let text = text.utf8
        let brace = UInt8(ascii: "{")
        for name in thoughts {
            // An end behind which nothing comes stands in the answer itself.
            if let end = text.ranges(of: "</\(name)>".utf8).last?.upperBound, text[end...].contains(brace) {
                return text.distance(from: text.startIndex, to: end)
            }
            // Thoughts that were cut off.
            if let start = text.firstRange(of: "<\(name)>".utf8)?.lowerBound, !text[..<start].contains(brace),
                text.firstRange(of: "</\(name)>".utf8) == nil
            {
                return text.count
            }
        }
        return 0
    }
}

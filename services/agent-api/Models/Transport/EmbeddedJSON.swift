//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Finds the JSON object in a model's answer, which may also have reasoning, a Markdown fence, or sentences around it.
enum EmbeddedJSON {
    /// The result of a search.
    struct Search: Equatable {
        /// The last complete object that is not part of another value; `nil` if there is none.
        var object: String?
        /// The number of bytes read.
        var bytesRead = 0
    }

    /// The object in a text, or the whole text if there is none.
    ///
    /// - Throws: `CancellationError`.
    static func answer(in text: String) throws -> String { try search(text).object ?? text }

    /// Searches for the object.
    ///
    /// A value that becomes invalid at some byte cannot contain a complete object that matters before that byte. So the
    /// search continues there, and reads no byte twice.
    ///
    /// - Throws: `CancellationError`, soon after the task is cancelled.
    static func search(_ text: String) throws -> Search {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        // Some models write down their reasoning first, which may contain JSON.
        if let end = text.utf8.ranges(of: "</think>".utf8).last?.upperBound {
            rest = rest.dropFirst(text.utf8.distance(from: text.utf8.startIndex, to: end))
        }
        var search = Search()
        while let start = rest.firstIndex(of: UInt8(ascii: "{")) {
            try Task.checkCancellation()
            var length = 0
            if let value = try? JSONValue(parsingPrefixOf: rest[start...], length: &length), value.object != nil {
                search.object = String(decoding: bytes[start..<start + length], as: UTF8.self)
            }
            search.bytesRead += length
            rest = rest[(start + max(length, 1))...]
        }
        return search
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Finds the JSON object in what a model says around it: its thoughts, a fence of Markdown, a sentence before and after.
enum EmbeddedJSON {
    /// What a search has come to.
    struct Search: Equatable {
        /// The last complete object that is not part of another value; `nil` where there is none.
        var object: String?
        /// How many bytes were read in all.
        var bytesRead = 0
    }

    /// The object in a text, or all of the text where there is none.
    ///
    /// - Throws: `CancellationError`.
    static func answer(in text: String) throws -> String { try search(text).object ?? text }

    /// Looks for the object.
    ///
    /// A value that breaks off at some byte cannot hide an object that begins before that byte and that counts, so the search
    /// goes on from there and reads no byte twice.
    ///
    /// - Throws: `CancellationError`, soon after the task was cancelled.
    static func search(_ text: String) throws -> Search {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        // Some models tell their thoughts first, in which there may be JSON too.
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

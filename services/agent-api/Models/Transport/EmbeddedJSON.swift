//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import JSON

/// Finds the JSON object in what a model says around it: its thoughts, a fence of Markdown, a sentence before and after.
enum EmbeddedJSON {
    /// The last object at the top level that is valid; `nil` where there is none.
    static func object(in text: String) -> String? {
        var said = text[...]
        // Some models tell their thoughts first, in which there may be JSON too.
        if let end = said.ranges(of: "</think>").last?.upperBound { said = said[end...] }
        if let whole = valid(Array(said.utf8)) { return whole }
        let bytes = Array(said.utf8)
        var found: String?
        var index = 0
        while let start = bytes[index...].firstIndex(of: UInt8(ascii: "{")) {
            if let end = end(of: bytes, from: start), let object = valid(Array(bytes[start..<end])) {
                found = object
                index = end
            } else {
                index = start + 1
            }
        }
        return found
    }

    private static func valid(_ bytes: [UInt8]) -> String? {
        guard let value = try? JSONValue(parsing: bytes), value.object != nil else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Where the object that begins there ends, by its braces outside of strings.
    private static func end(of bytes: [UInt8], from start: Int) -> Int? {
        var depth = 0
        var isInString = false
        var isEscaped = false
        for index in start..<bytes.count {
            let byte = bytes[index]
            if isEscaped {
                isEscaped = false
            } else if isInString {
                if byte == UInt8(ascii: "\\") { isEscaped = true }
                if byte == UInt8(ascii: "\"") { isInString = false }
            } else if byte == UInt8(ascii: "\"") {
                isInString = true
            } else if byte == UInt8(ascii: "{") {
                depth += 1
            } else if byte == UInt8(ascii: "}") {
                depth -= 1
                if depth == 0 { return index + 1 }
            }
        }
        return nil
    }
}

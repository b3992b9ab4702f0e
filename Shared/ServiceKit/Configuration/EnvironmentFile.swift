//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import SystemPackage

/// A file of `NAME=value` lines, as shells and compose files use.
///
/// Lines end with LF or CRLF. Blank lines, lines that begin with `#` and lines without `=` are ignored. So are `export`
/// before the name, one pair of quotes around the value, and a comment after the value: a `#` after white space or
/// after the closing quote. Nothing is expanded. If a name occurs twice, the last line counts.
struct EnvironmentFile {
    /// The values by name.
    let variables: [String: String]

    /// Parses the text of a file.
    init(_ text: String) {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            var name = Self.trimmed(line[..<equals])
            if name.hasPrefix("export ") { name = Self.trimmed(name.dropFirst(7)) }
            guard !name.isEmpty, !name.hasPrefix("#") else { continue }
            variables[String(name)] = String(Self.value(line[line.index(after: equals)...]))
        }
        self.variables = variables
    }

    /// Reads a file.
    ///
    /// - Throws: `Errno` if it cannot be read.
    init(path: FilePath) throws {
        self.init(try String(contentsOf: path))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    /// The text after the `=`, without quotes and comment.
    private static func value(_ text: Substring) -> Substring {
        let trimmed = Self.trimmed(text)
        if let quote = trimmed.first, quote == "\"" || quote == "'" {
            let rest = trimmed.dropFirst()
            if let end = rest.firstIndex(of: quote) {
                let behind = rest[rest.index(after: end)...]
                if behind.isEmpty || Self.trimmed(behind).hasPrefix("#") { return rest[..<end] }
            }
            // With quotes inside, only the outermost pair is removed.
            if trimmed.count >= 2, trimmed.last == quote { return rest.dropLast() }
        }
        let comment = text.indices.first { index in
            text[index] == "#" && index > text.startIndex && text[text.index(before: index)].isWhitespace
        }
        return Self.trimmed(comment.map { text[..<$0] } ?? text)
    }
}

extension String {
    /// The text of a file, without a byte order mark. Bytes that are not UTF-8 become U+FFFD.
    ///
    /// - Throws: `Errno` if it cannot be read.
    init(contentsOf path: FilePath) throws {
        let file = try FileDescriptor.open(path, .readOnly)
        let bytes = try file.closeAfter {
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 4096)
            while case let count = try piece.withUnsafeMutableBytes({ try file.read(into: $0) }), count > 0 {
                bytes.append(contentsOf: piece[..<count])
            }
            return bytes
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        self.init(decoding: bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...], as: UTF8.self)
    }
}

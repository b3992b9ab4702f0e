//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import SystemPackage

/// A file of `NAME=value` lines, as shells and compose files have them.
///
/// Lines end with LF or CRLF. Blank lines, those that begin with `#` and those without `=` say nothing. A word `export`
/// before the name and one pair of quotes around the value are passed over; nothing is expanded. The last line of a name
/// counts.
struct EnvironmentFile {
    /// The values by their names.
    let variables: [String: String]

    /// Reads the text of a file.
    init(_ text: String) {
        var variables: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            guard let equals = line.firstIndex(of: "=") else { continue }
            var name = Self.trimmed(line[..<equals])
            if name.hasPrefix("export ") { name = Self.trimmed(name.dropFirst(7)) }
            guard !name.isEmpty, !name.hasPrefix("#") else { continue }
            variables[String(name)] = String(Self.unquoted(Self.trimmed(line[line.index(after: equals)...])))
        }
        self.variables = variables
    }

    /// Reads a file.
    ///
    /// - Throws: `Errno` when it cannot be read.
    init(path: FilePath) throws {
        self.init(try String(contentsOf: path))
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    private static func unquoted(_ value: Substring) -> Substring {
        guard value.count >= 2, let quote = value.first, quote == "\"" || quote == "'", value.last == quote else {
            return value
        }
        return value.dropFirst().dropLast()
    }
}

extension String {
    /// The text of a file; what is not UTF-8 is replaced.
    ///
    /// - Throws: `Errno` when it cannot be read.
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
        self.init(decoding: bytes, as: UTF8.self)
    }
}

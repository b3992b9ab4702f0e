//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// Files in `/proc` and other small files.
package enum ProcFile {
    /// The content of a file.
    ///
    /// - Returns: `nil` if it cannot be read.
    package static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        if file < 0 { return nil }
        defer { close(file) }
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count <= 0 { break }
            content.append(contentsOf: buffer[..<count])
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// The number after a name, as in `VmRSS:   1234 kB`.
    package static func number(_ name: String, in path: String) -> Int? {
        let line = read(path)?.split(separator: "\n").first { $0.hasPrefix("\(name):") }
        return line.flatMap { $0.dropFirst(name.count + 1).split { $0 == " " || $0 == "\t" }.first }.flatMap { Int($0) }
    }

    /// Overwrites a file.
    package static func write(_ text: String, to path: String) throws(LoadError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        if file < 0 { throw LoadError("writing \(path)", errno: errno) }
        defer { close(file) }
        let bytes = Array(text.utf8)
        if Glibc.write(file, bytes, bytes.count) != bytes.count { throw LoadError("writing \(path)", errno: errno) }
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The directories whose files may be given to a page. A task says which file; it must not be one that merely happens to be
/// on this machine.
struct UploadDirectories: Sendable {
    private let roots: [String]

    init(_ roots: [String]) { self.roots = roots }

    /// The real path of a file that may be uploaded.
    ///
    /// - Parameter name: relative to one of the directories, or absolute and inside one, symbolic links followed.
    /// - Throws: ``BrowserError`` (`fileNotAllowed`).
    func resolve(_ name: String) throws(BrowserError) -> String {
        let real = roots.compactMap { Self.real($0) }
        for root in real {
            guard let path = Self.real(name.hasPrefix("/") ? name : "\(root)/\(name)") else { continue }
            guard real.contains(where: { path.hasPrefix($0 == "/" ? "/" : "\($0)/") }) else { continue }
            var information = stat()
            if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG { return path }
        }
        let allowed =
            roots.isEmpty ? "none may be uploaded" : "only files in \(roots.joined(separator: " or ")) may be uploaded"
        throw BrowserError(.fileNotAllowed, "there is no file \"\(name)\" to upload: \(allowed)")
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

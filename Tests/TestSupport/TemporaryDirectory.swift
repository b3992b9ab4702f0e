//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A directory for one test, in the system's temporary directory.
package struct TemporaryDirectory: Sendable {
    /// Its absolute path, without a trailing slash.
    package let path: String

    /// Creates the directory.
    /// - Parameters:
    ///   - prefix: The start of its name, which identifies a directory left behind.
    ///   - parent: Where it is created, if not among the temporary files of this process.
    /// - Throws: The system's error if it cannot be created.
    package init(prefix: String = "stepcast-test", in parent: String? = nil) throws {
        // Short, because the path of a Unix domain socket is limited to 107 bytes.
        let name = "\(prefix)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let parent =
            parent.map { URL(fileURLWithPath: $0, isDirectory: true) } ?? FileManager.default.temporaryDirectory
        let url = parent.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        self.path = url.path
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes the directory and its contents, if it still exists.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Creates a temporary directory for the body and removes it afterwards.
package func withTemporaryDirectory<Result>(
    prefix: String = "stepcast-test",
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TemporaryDirectory) async throws -> Result
) async throws -> Result {
    let directory = try TemporaryDirectory(prefix: prefix)
    defer { directory.remove() }
    return try await body(directory)
}

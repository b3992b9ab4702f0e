//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Foundation

/// A directory of its own for one test, under the system's temporary directory.
package struct TemporaryDirectory: Sendable {
    /// Its absolute path, without a slash at the end.
    package let path: String

    /// Makes the directory.
    /// - Parameter prefix: What its name begins with, so that a directory left behind tells whose it was.
    /// - Throws: The system's error when it cannot be made.
    package init(prefix: String = "stepcast-test") throws {
        // Short, because the path of a Unix domain socket has to fit into 107 bytes.
        let name = "\(prefix)-\(String(UInt32.random(in: .min ... .max), radix: 36))"
        let url = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        try FileManager.default.createDirectory(
            at: url,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        self.path = url.path
    }

    /// The path of a file in the directory.
    package func file(_ name: String) -> String { "\(path)/\(name)" }

    /// Removes the directory and all that is in it. It may be gone already.
    package func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }
}

/// Gives a temporary directory to the body and removes it afterwards.
package func withTemporaryDirectory<Result>(
    prefix: String = "stepcast-test",
    isolation: isolated (any Actor)? = #isolation,
    _ body: (TemporaryDirectory) async throws -> Result
) async throws -> Result {
    let directory = try TemporaryDirectory(prefix: prefix)
    defer { directory.remove() }
    return try await body(directory)
}

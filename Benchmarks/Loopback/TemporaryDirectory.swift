//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc

/// A directory for a server's files, which is removed together with the server, even if that did not start.
package final class TemporaryDirectory {
    package let path: String
    /// Whether it is kept instead.
    package var isKept = false

    /// - Parameters:
    ///   - name: The start of its name.
    ///   - parent: Where it is, if not where temporary files are.
    package init(_ name: String = "stepcast-load", in parent: String? = nil) throws(LoadError) {
        let parent = parent ?? getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let template = strdup("\(parent)/\(name)-XXXXXX")
        defer { free(template) }
        guard let template, let path = mkdtemp(template) else {
            throw LoadError("making a directory in \(parent)", errno: errno)
        }
        self.path = String(cString: path)
    }

    deinit {
        remove()
    }

    /// Removes it with its contents.
    package func remove() {
        if isKept { return }
        try? FileManager.default.removeItem(atPath: path)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials
import Glibc

/// A directory for a server's files, which goes when the server does, also when that did not start.
final class TemporaryDirectory {
    let path: String

    init() throws(LoadError) {
        let parent = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        let template = strdup("\(parent)/stepcast-load-XXXXXX")
        defer { free(template) }
        guard let template, let path = mkdtemp(template) else {
            throw LoadError("making a directory in \(parent)", errno: errno)
        }
        self.path = String(cString: path)
    }

    deinit {
        self.remove()
    }

    /// Removes it with all that is in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: self.path)
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

/// A temporary directory for the browser's profile, so that no two browsers share anything and nothing stays behind.
struct ProfileDirectory: Sendable {
    /// Where it is.
    let path: String

    /// Makes the directory, readable by this user only.
    init() throws(BrowserError) {
        let url = FileManager.default.temporaryDirectory.appending(path: "stepcast-browser-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(
                at: url,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw BrowserError(.launchFailed, "cannot make the profile directory \(url.path): \(error)")
        }
        path = url.path
    }

    /// Removes the directory and all in it. A process that is being killed may still write for a moment; then it is
    /// tried again.
    func remove() async {
        let deadline = Deadline.after(.seconds(5))
        while FileManager.default.fileExists(atPath: path) {
            try? FileManager.default.removeItem(atPath: path)
            guard FileManager.default.fileExists(atPath: path), !deadline.hasPassed else { return }
            // Also when the task is cancelled: the pause then ends at once, and the deadline still bounds the loop.
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}

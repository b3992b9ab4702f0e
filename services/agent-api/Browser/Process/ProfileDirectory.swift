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

/// A temporary directory for the browser's profile, so that no two browsers share anything and nothing stays behind.
///
/// A lock file in it is held as long as its owner lives. What an owner that was killed left behind is recognised by the
/// lock that nobody holds, and removed when the next directory is made.
struct ProfileDirectory: Sendable {
    private static let prefix = "stepcast-browser-"
    private static let lockName = "owner.lock"

    let path: String

    private let lock: CInt

    /// Makes the directory, readable by this user only.
    ///
    /// - Parameter parent: where to make it; the system's temporary directory by default.
    init(in parent: URL = FileManager.default.temporaryDirectory) throws(BrowserError) {
        try? FileManager.default.createDirectory(at: parent, withIntermediateDirectories: true)
        Self.removeAbandoned(in: parent)
        let url = parent.appending(path: "\(Self.prefix)\(UUID().uuidString)")
        guard mkdir(url.path, 0o700) == 0 else {
            let reason = String(cString: strerror(errno))
            throw BrowserError(.launchFailed, "cannot make the profile directory \(url.path): \(reason)")
        }
        path = url.path
        // Not inherited: the browser must not hold the lock when we are gone. It gets the name by which others know it
        // only when it is held, since one that nobody holds means that the directory is abandoned.
        let unnamed = "\(url.path)/\(Self.lockName).new"
        lock = open(unnamed, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        _ = flock(lock, LOCK_EX | LOCK_NB)
        _ = rename(unnamed, "\(url.path)/\(Self.lockName)")
    }

    /// In a directory that others may write to, only what this user alone can change is removed.
    private static func removeAbandoned(in parent: URL) {
        let parent = open(parent.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return }
        defer { close(parent) }
        for name in DirectoryRemoval.names(in: parent) where name.hasPrefix(prefix) {
            guard let directory = DirectoryRemoval.open(name, in: parent) else { continue }
            defer { close(directory) }
            // One without a lock file is just being made, or not ours.
            let lock = openat(directory, lockName, O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard lock >= 0 else { continue }
            if flock(lock, LOCK_EX | LOCK_NB) == 0 { DirectoryRemoval.remove(name, in: parent, opened: directory) }
            close(lock)
        }
    }

    /// Removes the directory and all in it. A process that is being killed may still write for a moment; then it is tried
    /// again.
    func remove() async {
        let deadline = Deadline.after(.seconds(5))
        while !removeOnce(), !deadline.hasPassed {
            // Also when the task is cancelled: the pause then ends at once, and the deadline still bounds the loop.
            try? await Task.sleep(for: .milliseconds(20))
        }
        close(lock)
    }

    private func removeOnce() -> Bool {
        let url = URL(fileURLWithPath: path)
        let parent = open(url.deletingLastPathComponent().path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard parent >= 0 else { return errno == ENOENT }
        defer { close(parent) }
        let name = url.lastPathComponent
        guard let directory = DirectoryRemoval.open(name, in: parent) else { return errno == ENOENT }
        defer { close(directory) }
        return DirectoryRemoval.remove(name, in: parent, opened: directory)
    }
}

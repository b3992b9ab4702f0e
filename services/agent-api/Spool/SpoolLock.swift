//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Shows that the process that holds it is alive. The kernel releases it when the process ends for any reason.
///
/// The file is closed on exec, so that a browser that outlives the process does not keep the lock.
final class SpoolLock: Sendable {
    private let path: String
    private let file: Int32

    private init(path: String, file: Int32) {
        self.path = path
        self.file = file
    }

    deinit { close(file) }

    /// Creates a new lock.
    static func create(_ path: String) throws(SpoolError) -> SpoolLock {
        let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SpoolError("\(path) cannot be created (\(String(cString: strerror(errno))))") }
        let lock = SpoolLock(path: path, file: file)
        // Between the two calls, another process may have taken it for the lock of a dead process.
        guard flock(file, LOCK_EX | LOCK_NB) == 0, lock.isThere else {
            throw SpoolError("\(path) was removed while it was created")
        }
        return lock
    }

    /// Takes the lock of a process that has died.
    ///
    /// - Returns: `nil` if it is alive, or if another process was faster.
    static func adopt(_ path: String) -> SpoolLock? {
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let lock = SpoolLock(path: path, file: file)
        return flock(file, LOCK_EX | LOCK_NB) == 0 && lock.isThere ? lock : nil
    }

    /// Removes the file. This must be the last operation on a spool.
    func remove() { unlink(self.path) }

    /// Whether the path still refers to the open file.
    private var isThere: Bool {
        var opened = stat()
        var named = stat()
        return fstat(file, &opened) == 0 && stat(path, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}

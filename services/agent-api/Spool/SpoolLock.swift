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

/// Says that the process which has it lives. The kernel lets go of it when the process ends, however that comes about.
///
/// The file is closed on exec: a browser that outlives the process must not keep its lock.
final class SpoolLock: Sendable {
    private let path: String
    private let file: Int32

    private init(path: String, file: Int32) {
        self.path = path
        self.file = file
    }

    deinit { close(file) }

    /// Makes a lock that nobody has had before.
    static func create(_ path: String) throws(SpoolError) -> SpoolLock {
        let file = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SpoolError("\(path) cannot be made (\(String(cString: strerror(errno))))") }
        let lock = SpoolLock(path: path, file: file)
        // Between the two calls somebody may have taken it for that of a process that has died.
        guard flock(file, LOCK_EX | LOCK_NB) == 0, lock.isThere else {
            throw SpoolError("\(path) was taken away while it was made")
        }
        return lock
    }

    /// Takes the lock of a process that has died.
    ///
    /// - Returns: `nil` when it lives, or when somebody else has been quicker.
    static func adopt(_ path: String) -> SpoolLock? {
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return nil }
        let lock = SpoolLock(path: path, file: file)
        return flock(file, LOCK_EX | LOCK_NB) == 0 && lock.isThere ? lock : nil
    }

    /// Removes the file. The last thing to do with a spool.
    func remove() { unlink(self.path) }

    /// Whether the path still leads to the file that is open.
    private var isThere: Bool {
        var opened = stat()
        var named = stat()
        return fstat(file, &opened) == 0 && stat(path, &named) == 0
            && opened.st_ino == named.st_ino && opened.st_dev == named.st_dev
    }
}

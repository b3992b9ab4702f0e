//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import FoundationEssentials

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A directory for entries that Redis has not accepted yet. Each process has a SQLite file, and a lock that shows
/// whether the process is alive.
///
/// Any number of processes on one machine may share it. Its file system must support `flock`.
package struct SpoolDirectory: Sendable {
    package let path: String

    /// A directory that need not exist yet.
    package init(path: String) {
        self.path = path
    }

    /// Creates the directory if necessary, for this user only, and checks that it is writable.
    ///
    /// - Throws: ``SpoolError`` that names the directory and the problem.
    package func prepare() throws(SpoolError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SpoolError("\(path) is not a directory and cannot be created (\(Self.reason(error)))")
        }
        let probe = "\(path)/probe-\(UUID().uuidString)"
        let file = open(probe, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw SpoolError("\(path) cannot be written to (\(String(cString: strerror(errno))))")
        }
        close(file)
        unlink(probe)
    }

    /// The names of the processes that have, or had, a spool here.
    func owners() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.compactMap { name in
            guard name.hasPrefix("spool-"), name.hasSuffix(".lock") else { return nil }
            return String(name.dropFirst("spool-".count).dropLast(".lock".count))
        }
        .sorted()
    }

    func lockPath(_ owner: String) -> String { "\(path)/spool-\(owner).lock" }

    func filePath(_ owner: String) -> String { "\(path)/spool-\(owner).sqlite" }

    private static func reason(_ error: any Error) -> String {
        if let error = error as? CocoaError, let posix = error.underlying as? POSIXError {
            return String(cString: strerror(posix.code.rawValue))
        }
        return "\(error)"
    }
}

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

/// A directory in which processes keep what Redis has not taken yet: for each process a SQLite file, and a lock that
/// tells whether the process still lives.
///
/// Any number of processes of one machine may share it. It must be on a file system whose `flock` works.
package struct SpoolDirectory: Sendable {
    package let path: String

    /// The directory of that path, which need not exist yet.
    package init(path: String) {
        self.path = path
    }

    /// Makes the directory if it is not there, for this user only, and tries to write into it.
    ///
    /// - Throws: ``SpoolError`` that names the directory and what is wrong with it.
    package func prepare() throws(SpoolError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw SpoolError("\(path) is not a directory and cannot be made one (\(Self.reason(error)))")
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

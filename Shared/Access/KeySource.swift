//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import SystemPackage

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where the keys are.
package enum KeySource: Sendable, Hashable {
    case secret([UInt8])
    /// A file of secrets, one a line. The first one signs; all of them verify.
    case secretFile(String)
    /// A file with a JSON Web Key Set.
    case keySetFile(String)

    /// The largest file, in bytes.
    private static let largestFile = 1 << 20

    /// Reads the keys.
    ///
    /// - Throws: ``InvalidKey``.
    package func keys() throws(InvalidKey) -> [TokenKey] {
        switch self {
        case .secret(let bytes): return [try TokenKey(secret: bytes)]
        case .secretFile(let path):
            var keys: [TokenKey] = []
            for line in try Self.read(path).split(whereSeparator: { $0 == 0x0A || $0 == 0x0D }) {
                keys.append(try TokenKey(secret: Array(line)))
            }
            guard !keys.isEmpty else { throw InvalidKey("is empty") }
            return keys
        case .keySetFile(let path): return try TokenKey.keys(ofSet: try Self.read(path))
        }
    }

    /// What changes when the file does: its times, size and place.
    var version: FileVersion? {
        switch self {
        case .secret: nil
        case .secretFile(let path), .keySetFile(let path): FileVersion(path)
        }
    }

    private static func read(_ path: String) throws(InvalidKey) -> [UInt8] {
        do {
            let file = try FileDescriptor.open(FilePath(path), .readOnly)
            return try file.closeAfter {
                var bytes: [UInt8] = []
                while bytes.count <= largestFile {
                    let part = try [UInt8](unsafeUninitializedCapacity: 64 << 10) { buffer, count in
                        count = try file.read(into: UnsafeMutableRawBufferPointer(buffer))
                    }
                    if part.isEmpty { return bytes }
                    bytes += part
                }
                throw InvalidKey("is larger than \(largestFile) bytes")
            }
        } catch let error as InvalidKey {
            throw error
        } catch {
            throw InvalidKey("cannot be read (\(error))")
        }
    }
}

/// What changes when a file does: its times, size and place.
package struct FileVersion: Hashable, Sendable {
    private let inode: UInt
    private let size: Int
    private let modified: Int
    private let nanoseconds: Int

    /// `nil` when there is no such file.
    package init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt(status.st_ino)
        size = Int(status.st_size)
        modified = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
    }
}

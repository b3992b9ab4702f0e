//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Removes directories by their descriptors, step by step from the one above, and never through a symbolic link: in a directory that
/// others may write to, a path may lead elsewhere a moment later.
enum DirectoryRemoval {
    /// Opens a directory in another one.
    ///
    /// - Returns: its descriptor; `nil` where there is none of that name, or it is not this user's alone to change.
    static func open(_ name: String, in parent: CInt) -> CInt? {
        let descriptor = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_uid == geteuid(), status.st_mode & 0o022 == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// Removes a directory with all that is in it.
    ///
    /// - Parameter directory: its descriptor, which stays open.
    /// - Returns: whether nothing of it is left.
    @discardableResult
    static func remove(_ name: String, in parent: CInt, opened directory: CInt) -> Bool {
        empty(directory)
        return unlinkat(parent, name, AT_REMOVEDIR) == 0 || errno == ENOENT
    }

    private static func empty(_ directory: CInt) {
        for name in names(in: directory) where unlinkat(directory, name, 0) != 0 {
            let inner = openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard inner >= 0 else { continue }
            remove(name, in: directory, opened: inner)
            close(inner)
        }
    }

    static func names(in directory: CInt) -> [String] {
        // Reading moves the place in a directory, which descriptors that are copies share.
        let copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard copy >= 0, let stream = fdopendir(copy) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}

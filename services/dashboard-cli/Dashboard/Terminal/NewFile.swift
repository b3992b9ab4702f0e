//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// A file that is written bit by bit and is there under its name when it is whole, never before.
final class NewFile {
    private let path: String
    private let partial: String
    private let descriptor: Int32
    private var isDone = false

    /// Begins the file.
    ///
    /// - Throws: ``CommandFailure`` if it cannot be made.
    init(path: String) throws {
        self.path = path
        partial = "\(path).\(getpid()).part"
        descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    /// - Throws: ``CommandFailure``, as for a full disk.
    func write(_ bytes: [UInt8]) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Self.failure(path) }
            rest = rest.dropFirst(count)
        }
    }

    /// Gives the file its name, in place of one that was there.
    ///
    /// - Throws: ``CommandFailure``.
    func finish() throws {
        guard rename(partial, path) == 0 else { throw Self.failure(path) }
        isDone = true
    }

    deinit {
        close(descriptor)
        if !isDone { unlink(partial) }
    }

    private static func failure(_ path: String) -> CommandFailure {
        CommandFailure(
            status: .usage,
            message: "the file \(path) cannot be written: \(String(cString: strerror(errno)))"
        )
    }
}

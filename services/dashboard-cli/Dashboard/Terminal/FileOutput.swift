//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Dispatch
import Glibc

/// Writes to a file descriptor without ever holding up a thread of the concurrency pool: a reader that does not read
/// makes the task wait, not the thread.
final class FileOutput: TextOutput {
    private let descriptor: Int32
    private let queue = DispatchQueue(label: "output")

    /// Pipes promise that this much goes in at once after `poll` said so (PIPE_BUF).
    private static let pieceSize = 4096

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    func write(_ text: String) async throws {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            guard poll(for: Int16(POLLOUT), milliseconds: 0) else {
                try await waitUntilWritable()
                continue
            }
            let count = rest.prefix(Self.pieceSize).withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress, $0.count)
            }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EPIPE {
                throw OutputClosed()
            } else if count < 0, errno != EAGAIN, errno != EINTR {
                let failure = errno
                try check()
                throw OutputFailed(reason: String(cString: strerror(failure)))
            }
        }
    }

    func check() throws {
        let flags = fcntl(descriptor, F_GETFL)
        guard flags >= 0, flags & O_ACCMODE != O_RDONLY else { throw OutputFailed(reason: "it is closed") }
    }

    var isClosed: Bool {
        var entry = pollfd(fd: descriptor, events: 0, revents: 0)
        return Glibc.poll(&entry, 1, 0) > 0 && entry.revents & Int16(POLLERR | POLLNVAL) != 0
    }

    /// Also true for an error, which the write then reports.
    private func poll(for events: Int16, milliseconds: Int32) -> Bool {
        var entry = pollfd(fd: descriptor, events: events, revents: 0)
        return Glibc.poll(&entry, 1, milliseconds) > 0
    }

    private func waitUntilWritable() async throws {
        try Task.checkCancellation()
        let bell = try Bell()
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                queue.async { [descriptor] in
                    bell.wait(for: POLLOUT, on: descriptor)
                    continuation.resume()
                }
            }
        } onCancel: {
            bell.ring()
        }
        try Task.checkCancellation()
    }
}

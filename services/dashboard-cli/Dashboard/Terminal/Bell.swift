//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc

/// A pipe that ends a `poll` early.
final class Bell: Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw OutputClosed() }
        readEnd = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func ring() {
        var byte: UInt8 = 0
        _ = Glibc.write(writeEnd, &byte, 1)
    }

    /// - Returns: whether the descriptor is ready, or has failed; else the bell has rung.
    @discardableResult
    func wait(for events: Int32, on descriptor: Int32) -> Bool {
        var entries = [
            pollfd(fd: descriptor, events: Int16(events), revents: 0),
            pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0),
        ]
        while Glibc.poll(&entries, 2, -1) < 0, errno == EINTR {}
        return entries[1].revents == 0
    }
}

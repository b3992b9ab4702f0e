//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Wakes a thread that waits for a socket, from any other thread.
final class Interrupt: Sendable {
    /// What is waited for, and the end that wakes it.
    private let ends: (Int32, Int32)

    init() {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        // Without it a wait ends by its deadline alone.
        _ = socketpair(AF_UNIX, type, 0, &ends)
        self.ends = (ends[0], ends[1])
    }

    deinit {
        close(ends.0)
        close(ends.1)
    }

    func fire() { _ = send(ends.1, "!", 1, Int32(MSG_NOSIGNAL)) }

    /// Forgets what was fired before.
    func reset() {
        var byte: UInt8 = 0
        while recv(ends.0, &byte, 1, 0) > 0 {}
    }

    /// What a wait ended with.
    enum Wake {
        case ready
        case interrupted
        case late
    }

    /// Waits until a socket can be read or, if that is wanted too, written.
    func wait(for socket: Int32, reading: Bool, writing: Bool, until deadline: ContinuousClock.Instant) -> Wake {
        let events = (reading ? Int16(POLLIN) : 0) | (writing ? Int16(POLLOUT) : 0)
        while true {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            if left <= 0 { return .late }
            var files = [
                pollfd(fd: socket, events: events, revents: 0),
                pollfd(fd: ends.0, events: Int16(POLLIN), revents: 0),
            ]
            let count = poll(&files, 2, Int32(min(left.rounded(.up), 60_000)))
            if count < 0, errno != EINTR { return .ready }
            if files[1].revents != 0 { return .interrupted }
            if count > 0 { return .ready }
        }
    }

    /// Whether a socket has something to read at this moment, which may be its end.
    static func isReadable(_ socket: Int32) -> Bool {
        var file = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&file, 1, 0) > 0
    }
}

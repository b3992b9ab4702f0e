//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import CEpoll
import Glibc

/// The servers of a measurement, started one after the other.
package final class ServerSet {
    private let directory: String
    private var processes: [ChildProcess] = []

    /// - Parameter directory: Where the servers run, keep their files and log.
    package init(directory: String) { self.directory = directory }

    /// Starts a server and waits until it accepts connections.
    ///
    /// - Throws: `LoadError` with the end of its log when it does not. The servers started before it are stopped then.
    package func start(
        _ name: String,
        on port: UInt16,
        _ arguments: [String],
        environment: [String: String] = [:]
    ) throws(LoadError) {
        do {
            let process = try ChildProcess(
                arguments,
                environment: ["TMPDIR": directory, "HOME": directory].merging(environment) { $1 },
                directory: directory,
                log: "\(directory)/\(name).log"
            )
            processes.append(process)
            try process.waitUntilReady { Socket.accepts(port) }
        } catch {
            stop()
            throw error
        }
    }

    /// Stops the servers, the last one first.
    package func stop() {
        for process in processes.reversed() { process.stop() }
        processes = []
    }
}

extension Socket {
    /// Whether a server accepts connections on a port of this machine.
    package static func accepts(_ port: UInt16) -> Bool {
        guard let socket = try? connect(port: port) else { return false }
        defer { close(socket) }
        // The socket does not block: it can be written to once the attempt to connect has ended.
        var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 1000) == 1 else { return false }
        var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Glibc
import HTTPStream
import Loopback

/// All servers that a run needs, while something is measured.
final class Stack {
    let apiURL: String
    let gatewayURL: String
    let siteURL: String
    private var processes: [ChildProcess] = []

    /// Starts them, each on a free port.
    ///
    /// - Parameter settings: Additional settings of agent-api.
    /// - Throws: `LoadError` with the output of a server that did not start.
    init(directory: String, programs: String, sitePort: UInt16? = nil, settings more: [String: String] = [:]) throws {
        func port() throws -> UInt16 { try Socket.freePort() }
        let (redis, api, gateway, site) = (try port(), try port(), try port(), try sitePort ?? port())
        apiURL = "http://127.0.0.1:\(api)"
        gatewayURL = "http://127.0.0.1:\(gateway)"
        siteURL = "http://127.0.0.1:\(site)"
        func start(_ name: String, _ port: UInt16, _ arguments: [String], _ environment: [String: String] = [:]) throws
        {
            var environment = environment
            environment["TMPDIR"] = directory
            environment["HOME"] = directory
            let process = try ChildProcess(
                arguments,
                environment: environment,
                directory: directory,
                log: "\(directory)/\(name).log"
            )
            processes.append(process)
            try process.waitUntilReady { Self.answers(port) }
        }
        do {
            try start("redis", redis, ["redis-server", "--port", "\(redis)", "--save", ""])
            try start("site", site, ["\(programs)/demo-site", "--port", "\(site)"])
            let settings = ["REDIS_URL": "redis://127.0.0.1:\(redis)"]
            try start("gateway", gateway, ["\(programs)/stream-gateway", "--port", "\(gateway)"], settings)
            let ours = settings.merging(more) { $1 }
            try start("agent-api", api, ["\(programs)/agent-api", "--port", "\(api)"], ours)
        } catch {
            stop()
            throw error
        }
    }

    /// Whether the port accepts connections.
    static func answers(_ port: UInt16) -> Bool {
        guard let socket = try? Socket.connect(port: port) else { return false }
        defer { close(socket) }
        // The socket does not block: when it is writable, the attempt to connect has finished.
        var descriptor = pollfd(fd: socket, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 1000) == 1 else { return false }
        var (code, size) = (Int32(0), socklen_t(MemoryLayout<Int32>.size))
        return getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &size) == 0 && code == 0
    }

    /// Stops them in reverse order.
    func stop() {
        for process in processes.reversed() { process.stop() }
        processes = []
    }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import Loopback

/// All servers that a run needs, while something is measured.
final class Stack {
    let apiURL: String
    let gatewayURL: String
    let siteURL: String
    private let servers: ServerSet

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
        servers = ServerSet(directory: directory)
        let settings = ["REDIS_URL": "redis://127.0.0.1:\(redis)"]
        try servers.start("redis", on: redis, ["redis-server", "--port", "\(redis)", "--save", ""])
        try servers.start("site", on: site, ["\(programs)/demo-site", "--port", "\(site)"])
        try servers.start(
            "gateway",
            on: gateway,
            ["\(programs)/stream-gateway", "--port", "\(gateway)"],
            environment: settings
        )
        try servers.start(
            "agent-api",
            on: api,
            ["\(programs)/agent-api", "--port", "\(api)"],
            environment: settings.merging(more) { $1 }
        )
    }

    /// Stops them, the last one first.
    func stop() { servers.stop() }
}

//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import ArgumentParser
import DemoSite
import Logging
import ServiceLifecycle
import UnixSignals

@main
struct DemoSiteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-site",
        abstract: "Serves a small web site for browser agents to practise on."
    )

    @Option(help: "The address to listen on.")
    var host = "127.0.0.1"

    @Option(help: "The TCP port to listen on, 0 for any that is free.")
    var port = 8080

    func validate() throws {
        guard (0...65_535).contains(self.port) else {
            throw ValidationError("--port \(self.port) is not a port: give a number from 0 to 65535.")
        }
    }

    func run() async throws {
        var logger = Logger(label: "demo-site", factory: { StreamLogHandler.standardError(label: $0) })
        logger.logLevel = .warning
        let host = self.host
        let site = DemoSite(host: host, port: self.port, logger: logger) { port in
            writeLine("http://\(host.contains(":") ? "[\(host)]" : host):\(port)/")
        }
        var configuration = ServiceGroupConfiguration(
            services: [.init(service: site)],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // Connections that a browser keeps open must not delay the shutdown.
        configuration.maximumGracefulShutdownDuration = .seconds(2)
        let group = ServiceGroup(configuration: configuration)
        do {
            try await group.run()
        } catch {
            throw ValidationError("cannot serve on \(host) port \(self.port): \(error)")
        }
    }
}

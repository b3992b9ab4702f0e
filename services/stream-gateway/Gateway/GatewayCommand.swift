//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ArgumentParser
import NIOCore
import NIOPosix
import ServiceKit

/// The program `stream-gateway`.
package struct GatewayCommand: AsyncParsableCommand {
    /// How it is called.
    package static let configuration = CommandConfiguration(
        commandName: "stream-gateway",
        abstract: "Serves the logs of browser-agent runs as Server-Sent Events.",
        discussion: "Each setting: command-line option > environment variable > .env file > default.",
        version: Release.version
    )

    @OptionGroup var service: ServiceOptions

    @Option(
        help:
            "Every how many seconds a viewer hears that the connection is alive (HEARTBEAT_SECONDS; 0.05 to 3600, default 15)."
    )
    var heartbeatSeconds: String?

    @Option(help: "The most viewers at a time (MAX_VIEWERS; 1 to 1000000, default 10000).")
    var maxViewers: String?

    @Option(help: "Over how many seconds viewers are let go at shutdown (SHUTDOWN_SPREAD_SECONDS; 0 to 20, default 3).")
    var shutdownSpreadSeconds: String?

    @Option(
        help: "How long a viewer is told to wait before it reconnects (RETRY_MILLISECONDS; 0 to 600000, default 1000)."
    )
    var retryMilliseconds: String?

    @Option(
        name: .customLong("agent-api-url"),
        help:
            "Where /api/agents is forwarded to, or none (AGENT_API_URL; default http://127.0.0.1:8000, with AUTH_DISABLED none)."
    )
    var agentAPIURL: String?

    /// What a parser needs.
    package init() {}

    /// Runs the service until a signal ends it.
    package func run() async throws {
        let process = ServiceProcess(name: "stream-gateway")
        let (settings, configuration) = try await process.configure {
            var settings = try await service.settings(adding: [
                "HEARTBEAT_SECONDS": heartbeatSeconds,
                "MAX_VIEWERS": maxViewers,
                "SHUTDOWN_SPREAD_SECONDS": shutdownSpreadSeconds,
                "RETRY_MILLISECONDS": retryMilliseconds,
                "AGENT_API_URL": agentAPIURL,
            ])
            let configuration = try GatewayConfiguration(&settings)
            return (settings, configuration)
        }
        // A record that wakes two threads instead of one costs twice as much, and one thread delivers a million records a
        // second: half of the cores are for the others on the machine, Redis first.
        NIOSingletons.groupLoopCountSuggestion = max(1, System.coreCount / 2)
        let logger = process.logger(configuration.service)
        try await process.run(
            buildGateway(configuration: configuration, logger: logger),
            settings: settings,
            at: "\(configuration.service.host):\(configuration.service.port)",
            logger: logger
        )
    }
}

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
        discussion: "Each setting comes from its option, else the environment, else the .env file, else the default.",
        version: Release.version
    )

    @OptionGroup var options: SettingOptions<GatewaySettings>

    /// What a parser needs.
    package init() {}

    /// Runs the service until a signal ends it.
    package func run() async throws {
        let process = ServiceProcess(name: "stream-gateway")
        let (settings, configuration) = try await process.configure {
            var settings = try options.settings()
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

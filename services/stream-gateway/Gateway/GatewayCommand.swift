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
    package static let configuration = CommandConfiguration(
        commandName: "stream-gateway",
        abstract: "Serves the logs of browser-agent runs as Server-Sent Events.",
        discussion: "A setting is taken from its option, the environment, the .env file or its default, in this order.",
        version: Release.version
    )

    @OptionGroup var options: SettingOptions<GatewaySettings>

    package init() {}

    package func run() async throws {
        let process = ServiceProcess(name: "stream-gateway")
        let (settings, configuration) = try await process.configure {
            var settings = try options.settings()
            let configuration = try GatewayConfiguration(&settings)
            return (settings, configuration)
        }
        // Waking two threads for a record costs twice as much as waking one, and one thread delivers a million records
        // a second. Half of the cores are left to other processes, Redis above all.
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

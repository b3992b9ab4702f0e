//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ArgumentParser
import ProgramSettings
import ServiceKit
import Spool

/// The program `agent-api`.
package struct AgentAPICommand: AsyncParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "agent-api",
        abstract: "Runs browser-automation tasks and publishes each step's log to Redis.",
        discussion: "A setting is taken from its option, the environment, the .env file or its default, in this order.",
        version: Release.version
    )

    @OptionGroup var options: SettingOptions<AgentAPISettings>

    package init() {}

    package func run() async throws {
        let process = ServiceProcess(name: "agent-api")
        let (settings, configuration) = try await process.configure {
            var settings = try options.settings()
            let configuration = try AgentAPIConfiguration(&settings)
            do {
                try SpoolDirectory(path: configuration.spoolDirectory).prepare()
            } catch {
                throw InvalidSetting(variable: "SPOOL_DIRECTORY", reason: "\(error)")
            }
            return (settings, configuration)
        }
        let logger = process.logger(configuration.service)
        try await process.run(
            buildAgentAPI(configuration: configuration, logger: logger),
            settings: settings,
            at: "\(configuration.service.host):\(configuration.service.port)",
            logger: logger
        )
    }
}

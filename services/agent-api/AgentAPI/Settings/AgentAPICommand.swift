//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

import AgentLogs
package import ArgumentParser
import ServiceKit
import Spool

/// The program `agent-api`.
package struct AgentAPICommand: AsyncParsableCommand {
    /// How it is called.
    package static let configuration = CommandConfiguration(
        commandName: "agent-api",
        abstract: "Runs browser-automation tasks and publishes each step's log to Redis.",
        discussion: "Each setting: command-line option > environment variable > .env file > default.",
        version: Release.version
    )

    @OptionGroup var service: ServiceOptions

    @Option(help: "About how many records of a run are kept (REDIS_STREAM_MAXLEN; 1 to 10000000, default 1000).")
    var redisStreamMaxlen: String?

    @Option(
        help:
            "Seconds that a run is kept after its last record (REDIS_STREAM_TTL_SECONDS; 1 to 31536000, default 86400)."
    )
    var redisStreamTTLSeconds: String?

    @Option(help: "How many runs go on at a time (AGENT_CONCURRENCY; 1 to 256, default 2).")
    var agentConcurrency: String?

    @Option(help: "How many more runs may wait, in all processes (AGENT_QUEUE_LIMIT; 0 to 1000000, default 100).")
    var agentQueueLimit: String?

    @Option(help: "The most steps of a run that asks for no other number (AGENT_MAX_STEPS; 1 to 1000, default 50).")
    var agentMaxSteps: String?

    @Option(
        help:
            "The longest, in seconds, of a run that asks for no other time (AGENT_TIMEOUT_SECONDS; 1 to 86400, default 600)."
    )
    var agentTimeoutSeconds: String?

    @Option(
        help:
            "The longest, in seconds, of a step, or of the wait for a browser (AGENT_STEP_TIMEOUT_SECONDS; 1 to 86400, default 300)."
    )
    var agentStepTimeoutSeconds: String?

    @Option(help: "Where records wait on disk that Redis has not taken (SPOOL_DIRECTORY; default ./data/spool).")
    var spoolDirectory: String?

    @Option(
        help:
            "A run whose process is silent for so many seconds is ended as lost (AGENT_LEASE_SECONDS; 1 to 300, default 15)."
    )
    var agentLeaseSeconds: String?

    @Option(help: "The browser's executable (BROWSER_PATH; default: found on PATH).")
    var browserPath: String?

    @Option(help: "More arguments for the browser, quoted as in a shell (BROWSER_ARGS; default none).")
    var browserArgs: String?

    @Option(help: "0: show the browser's window (BROWSER_HEADLESS; default 1).")
    var browserHeadless: String?

    @Option(
        name: .customLong("browser-cdp-url"),
        help: "A browser elsewhere, ws://… or http://host:port (BROWSER_CDP_URL; default: start one here)."
    )
    var browserCDPURL: String?

    /// How the option was called at first.
    @Option(name: .customLong("browser-cdpurl"), help: .hidden)
    var oldBrowserCDPURL: String?

    @Option(help: "The only sites that runs may connect to, separated by commas (ALLOWED_DOMAINS; default all).")
    var allowedDomains: String?

    @Option(
        help:
            "1: keep pages from private, loopback and metadata addresses (BLOCK_PRIVATE_NETWORKS; default 1 unless HOST is loopback)."
    )
    var blockPrivateNetworks: String?

    @Option(help: "What of those is allowed all the same, such as 10.1.2.0/24 (ALLOWED_NETWORKS; default none).")
    var allowedNetworks: String?

    @Option(help: "The directory whose files pages may be given (UPLOAD_DIRECTORY; default none).")
    var uploadDirectory: String?

    @Option(help: "0: the first run starts the browser, not the service (BROWSER_WARM_UP; default 1).")
    var browserWarmUp: String?

    @Option(help: "1: keep a picture of the page after each step (SCREENSHOTS; default 0).")
    var screenshots: String?

    @Option(help: "How much memory of Redis all pictures take up at most, in MiB (SCREENSHOTS_MAX_MIB; default 256).")
    var screenshotsMaxMib: String?

    @OptionGroup var planning: PlanningOptions

    /// What a parser needs.
    package init() {}

    /// Runs the service until a signal ends it.
    package func run() async throws {
        let process = ServiceProcess(name: "agent-api")
        let (settings, configuration) = try await process.configure {
            let own: [String: String?] = [
                "REDIS_STREAM_MAXLEN": redisStreamMaxlen,
                "REDIS_STREAM_TTL_SECONDS": redisStreamTTLSeconds,
                "AGENT_CONCURRENCY": agentConcurrency,
                "AGENT_QUEUE_LIMIT": agentQueueLimit,
                "AGENT_MAX_STEPS": agentMaxSteps,
                "AGENT_TIMEOUT_SECONDS": agentTimeoutSeconds,
                "AGENT_STEP_TIMEOUT_SECONDS": agentStepTimeoutSeconds,
                "SPOOL_DIRECTORY": spoolDirectory,
                "AGENT_LEASE_SECONDS": agentLeaseSeconds,
                "BROWSER_PATH": browserPath,
                "BROWSER_ARGS": browserArgs,
                "BROWSER_HEADLESS": browserHeadless,
                "BROWSER_CDP_URL": browserCDPURL ?? oldBrowserCDPURL,
                "ALLOWED_DOMAINS": allowedDomains,
                "BLOCK_PRIVATE_NETWORKS": blockPrivateNetworks,
                "ALLOWED_NETWORKS": allowedNetworks,
                "UPLOAD_DIRECTORY": uploadDirectory,
                "BROWSER_WARM_UP": browserWarmUp,
                "SCREENSHOTS": screenshots,
                "SCREENSHOTS_MAX_MIB": screenshotsMaxMib,
            ]
            var settings = try await service.settings(adding: own.merging(planning.variables) { $1 })
            let configuration = try AgentAPIConfiguration(&settings)
            do {
                try SpoolDirectory(path: configuration.spoolDirectory).prepare()
            } catch {
                throw InvalidSetting(variable: "SPOOL_DIRECTORY", value: nil, allowed: "\(error)")
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

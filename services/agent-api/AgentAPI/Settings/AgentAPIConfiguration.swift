//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import ServiceKit

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The settings of `agent-api` (protocol, section 5).
package struct AgentAPIConfiguration: Sendable {
    /// What it has in common with `stream-gateway`.
    package var service: ServiceConfiguration

    /// `REDIS_STREAM_MAXLEN`: about how many records of a run are kept.
    package var streamMaximumLength: Int

    /// `REDIS_STREAM_TTL_SECONDS`: how long a run is kept after its last record.
    package var streamTimeToLive: Int

    /// `AGENT_CONCURRENCY`: how many runs go on at a time in this process.
    package var concurrency: Int

    /// `AGENT_QUEUE_LIMIT`: how many more wait for their turn, for all processes together.
    package var queueLimit: Int

    /// `AGENT_MAX_STEPS`: the most steps of a run that asks for no other number.
    package var maximumSteps: Int

    /// `AGENT_TIMEOUT_SECONDS`: the longest that a run takes that asks for no other time.
    package var timeoutSeconds: Int

    /// `AGENT_STEP_TIMEOUT_SECONDS`: the longest that a step of a run takes, or the wait for a browser before it.
    package var stepTimeoutSeconds: Int

    /// `SPOOL_DIRECTORY`: where records wait on disk that Redis has not taken yet.
    package var spoolDirectory: String

    /// `AGENT_LEASE_SECONDS`: how long a run is left alone whose process does not say that it lives.
    package var leaseSeconds: Int

    /// `SCREENSHOTS`, `SCREENSHOTS_MAX_MIB`: whether pictures of the pages are taken and how much they take up.
    package var screenshots: ScreenshotSettings

    /// `BROWSER_WARM_UP`: whether the browser is started with the service, and not by the first run.
    package var warmsUp: Bool

    /// `BROWSER_PATH`, `BROWSER_ARGS`, `BROWSER_HEADLESS`, `BROWSER_CDP_URL`, `UPLOAD_DIRECTORY`, `ALLOWED_DOMAINS`,
    /// `BLOCK_PRIVATE_NETWORKS`, `ALLOWED_NETWORKS`.
    package var browser: BrowserConfiguration

    /// `OPENAI_…`, `ANTHROPIC_…`, `MODEL_TIMEOUT_SECONDS`, `MODEL_VISION`: the model that plans.
    package var planning: PlanningSettings

    /// Reads and checks them.
    ///
    /// - Throws: `InvalidSetting` for the first that makes no sense.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        service = try ServiceConfiguration(&settings, defaultPort: 8000)
        streamMaximumLength = try settings.integer("REDIS_STREAM_MAXLEN", in: 1...10_000_000, default: 1000)
        streamTimeToLive = try settings.integer("REDIS_STREAM_TTL_SECONDS", in: 1...31_536_000, default: 86_400)
        concurrency = try settings.integer("AGENT_CONCURRENCY", in: 1...256, default: 2)
        queueLimit = try settings.integer("AGENT_QUEUE_LIMIT", in: 0...1_000_000, default: 100)
        maximumSteps = try settings.integer("AGENT_MAX_STEPS", in: RunLimits.steps, default: 50)
        timeoutSeconds = try settings.integer("AGENT_TIMEOUT_SECONDS", in: RunLimits.timeoutSeconds, default: 600)
        stepTimeoutSeconds = try settings.integer(
            "AGENT_STEP_TIMEOUT_SECONDS",
            in: RunLimits.timeoutSeconds,
            default: 300
        )
        spoolDirectory = settings.text("SPOOL_DIRECTORY", default: "./data/spool")
        leaseSeconds = try settings.integer("AGENT_LEASE_SECONDS", in: 1...300, default: 15)
        let path = settings.optionalText("BROWSER_PATH")
        let arguments = try settings.value(
            "BROWSER_ARGS",
            default: "",
            show: { $0.joined(separator: " ") },
            parse: { try BrowserConfiguration.splitArguments($0) }
        )
        let headless = try settings.flag("BROWSER_HEADLESS", default: true)
        // A token may stand in it.
        let cdpURL = settings.optionalText("BROWSER_CDP_URL", isSecret: true)
        do {
            if let cdpURL { _ = try RemoteBrowserURL(cdpURL) }
        } catch {
            throw InvalidSetting(variable: "BROWSER_CDP_URL", value: nil, allowed: error.message)
        }
        if cdpURL == nil, geteuid() == 0 {
            settings.warn("this process is root's, as whom Chromium runs without its sandbox; use another user")
        }
        let uploads = try settings.optionalDirectory("UPLOAD_DIRECTORY")
        warmsUp = try settings.flag("BROWSER_WARM_UP", default: true)
        browser = BrowserConfiguration(
            path: path,
            extraArguments: arguments,
            headless: headless,
            cdpURL: cdpURL,
            uploadDirectory: uploads
        )
        try browser.readEgress(from: &settings, host: service.host)
        screenshots = try ScreenshotSettings(&settings)
        planning = try PlanningSettings(&settings)
    }
}

/// What a run may ask for.
enum RunLimits {
    static let taskCharacters = 1...20_000
    static let steps = 1...1000
    static let timeoutSeconds = 1...86_400
    static let domains = 1...200
}

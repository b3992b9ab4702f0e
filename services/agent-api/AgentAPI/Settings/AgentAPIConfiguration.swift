//===----------------------------------------------------------------------===//
// This source file is part of Stepcast: live steps of browser agents.
// SPDX-License-Identifier: Apache-2.0
//===----------------------------------------------------------------------===//

package import Browser
package import ProgramSettings
package import ServiceKit

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
    /// - Throws: `InvalidSetting` for the first whose value is not allowed.
    package init(_ settings: inout Settings) throws(InvalidSetting) {
        let declared = AgentAPISettings()
        service = try ServiceConfiguration(&settings, declared.service)
        streamMaximumLength = try settings.read(declared.streamMaximumLength)
        streamTimeToLive = try settings.read(declared.streamTimeToLive)
        concurrency = try settings.read(declared.concurrency)
        queueLimit = try settings.read(declared.queueLimit)
        maximumSteps = try settings.read(declared.maximumSteps)
        timeoutSeconds = try settings.read(declared.timeout)
        stepTimeoutSeconds = try settings.read(declared.stepTimeout)
        spoolDirectory = try settings.read(declared.spoolDirectory)
        leaseSeconds = try settings.read(declared.lease)
        browser = try BrowserConfiguration(&settings, declared.browser, host: service.host)
        warmsUp = try settings.read(declared.browser.warmUp)
        screenshots = try ScreenshotSettings(&settings, declared.screenshots)
        planning = try PlanningSettings(&settings, declared.models)
    }
}

/// What a run may ask for.
enum RunLimits {
    static let taskCharacters = 1...20_000
    static let steps = 1...1000
    static let timeoutSeconds = 1...86_400
    static let domains = 1...200
}
